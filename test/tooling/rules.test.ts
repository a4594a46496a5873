import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';
import { projectFolder } from '../helpers/peers/vcenter-build.ts';
import { findNumbers, findRuleTests } from '../rules/find-rule-tests.ts';
import { readTests } from '../rules/read-tests.ts';
import { ruleNumbers } from '../rules/rule-titles.ts';

describe('the reader of test names', () => {
  it('reads tests of both words, in suites, with options, in all quotes', () => {
    const names = readTests(`
      describe('a suite', { concurrency: true }, () => {
        it('H01 one', () => {});
        test("H02 \\"two\\"", async () => {});
        it(\`H03 three\`, { timeout: 5 }, async () => {});
        it(\`H04 on \${dialect.name}\`, () => {});
        it.only('H05 five', () => {});
        it('H06 six', { skip: isLinux ? false : 'needs Linux' }, () => {});
        it('H07 seven', needsPeer('vcsim'), async () => {});
        it('H08 eight', { skip: false, todo: undefined }, () => {});
      });`);

    assert.deepEqual(names, [
      ...['H01 one', 'H02 "two"', 'H03 three', `H04 on \${dialect.name}`, 'H05 five', 'H06 six'],
      ...['H07 seven', 'H08 eight'],
    ]);
  });

  it('leaves out what is skipped, to do, or has no body', () => {
    const names = readTests(`
      it.skip('H01 a', () => {});
      it.todo('H02 b');
      it('H03 c');
      it('H04 d', { skip: true }, () => {});
      test('H05 e', { concurrency: 1, todo: 'later' }, () => {});
      it('H06 f', { skip: 'broken' }, () => {});
      describe.skip('g', () => { it('H07 h', () => {}); });
      describe('i', { skip: true }, () => { it('H08 j', () => {}); });
      it('H09 k', () => {});`);

    assert.deepEqual(names, ['H09 k']);
  });

  it('is not misled by comments, strings, templates and regular expressions', () => {
    const names = readTests(`
      // it('H01 a', () => {});
      /* it('H02 b', () => {}); */
      const text = "it('H03 c', () => {})";
      const lines = \`it('H04 d', () => {}) \${ \`\${1}it('H05 e', () => {})\` } it('H06 f', () => {})\`;
      if (/it\\('H07 "/.test(text)) half = 4 / 2 / 1;
      pattern.test('H08 g', () => {});
      const it2 = { it: 1 }; function it(name, run) {}
      it('H09 h', () => { const close = /[/'"]/; });
      it(names[0], () => {});
      it('H10 i', () => {});`);

    assert.deepEqual(names, ['H09 h', 'H10 i']);
  });

  it('takes numbers only as words, and each once', () => {
    assert.deepEqual(findNumbers('H01 H03 keeps H01 and (H07), not H100, xH05 or h09'), [
      ...['H01', 'H03', 'H07'],
    ]);
  });
});

describe('npm run rules', () => {
  it('counts a name for each of its numbers, and contracts that a test file runs', () => {
    using folder = createTemporaryFolder('rules');
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(folder.path, file)), { recursive: true });
      writeFileSync(join(folder.path, file), text);
    };
    write('test/core/a.test.ts', "it('H01 H03 both', () => {});");
    write('test/adapters/b.test.ts', "import { c } from '#test/contracts/c.ts';");
    write('test/contracts/c.ts', "import './d.ts'; it('H04 in a contract', () => {});");
    write('test/contracts/d.ts', "it('H05 deeper', () => {});");
    write('test/contracts/unused.ts', "it('H06 run by nobody', () => {});");

    const { H01, H02, H03, H04, H05, H06 } = findRuleTests(folder.path);

    assert.deepEqual([H01, H03], Array(2).fill(['test/core/a.test.ts: H01 H03 both']));
    assert.deepEqual(H04, ['test/contracts/c.ts: H04 in a contract']);
    assert.deepEqual(H05, ['test/contracts/d.ts: H05 deeper']);
    assert.deepEqual([H02, H06], [[], []]);
  });

  it('prints all 38 rules, as text and as JSON', () => {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [join(projectFolder, 'test/rules/rules.ts'), ...args], {
        encoding: 'utf8',
      });

    const text = run();
    const json = JSON.parse(run('--json'));

    assert.deepEqual(Object.keys(json), ruleNumbers);
    assert.equal(ruleNumbers.length, 38);
    for (const number of ruleNumbers) assert.match(text, new RegExp(`^${number} `, 'm'));
    assert.match(text, /\d+ of 38 rules have a test, \d+ have none\.\n$/);
  });
});
