/** What is wrong with the YAML itself is said by its file and line. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigRefused } from '#bot/config/config-fault.ts';
import { readYaml } from '#bot/config/read-yaml.ts';

function refusalOf(text: string): string {
  try {
    const { faults } = readYaml({ name: 'drover.yaml', text });
    if (faults.length > 0) throw new ConfigRefused('drover.yaml', faults);
  } catch (error) {
    assert.ok(error instanceof ConfigRefused, String(error));
    return error.message;
  }
  return assert.fail('it was taken');
}

describe('the aliases of drover.yaml', () => {
  it('are refused where one contains itself, each with its line', () => {
    const words = 'an alias (*) stands inside what it names, so it contains itself; take it out';

    assert.equal(
      refusalOf('lab: {}\na: &a [*a]\nb: &b { c: { d: *b } }\n'),
      `drover.yaml cannot be used:\n  line 2, a[0]: ${words}\n  line 3, b.c.d: ${words}`,
    );
  });

  it('are refused where they name nothing, or multiply beyond measure', () => {
    assert.equal(
      refusalOf('a: [1, *nowhere]\n'),
      'drover.yaml cannot be used:\n  line 1, a[1]: an alias (*) names nothing here; write & and its name before what it stands for, or a text that begins with * in quotes',
    );
    const rows = Array.from(
      { length: 9 },
      (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`,
    );
    assert.match(refusalOf(`a0: &a0 [x]\n${rows.join('\n')}\n`), /Excessive alias count/);
  });

  it('stand for what they name elsewhere', () => {
    const { value } = readYaml({ name: 'drover.yaml', text: 'a: &a [1]\nb: [*a, *a]\n' });

    assert.deepEqual(value, { a: [1], b: [[1], [1]] });
  });
});

describe('a key that stands twice', () => {
  it('is told, and the last one read on with its own lines', () => {
    const text = 'log: { level: info }\nlog:\n  level: debug\n';

    const { value, faults, lineOf } = readYaml({ name: 'drover.yaml', text });

    assert.deepEqual(value, { log: { level: 'debug' } });
    assert.deepEqual(
      faults.map(({ path, line }) => [path, line]),
      [[['log'], 2]],
    );
    assert.equal(lineOf(['log', 'level']), 3);
  });
});

describe('the text of drover.yaml', () => {
  it('is quoted in no warning: a secret may stand in it', ({ mock }) => {
    const warn = mock.method(process, 'emitWarning', () => undefined);

    readYaml({ name: 'drover.yaml', text: '? [hunter2]\n: 1\n' });

    assert.equal(warn.mock.callCount(), 0);
  });
});
