import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { toLiteral } from '#adapters/hyperv/scripting/literal.ts';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { HOSTILE_WORDS } from '../scripts/hostile-words.ts';

const WORDS = [
  ...HOSTILE_WORDS,
  '',
  "'",
  "''",
  '’',
  '’’a‚‛‘',
  "'$(1)'",
  '界',
  'a\u0300',
  "x'".repeat(99),
];

describe('H35 values as literals of PowerShell', () => {
  it('are printable ASCII in lines that no chat cuts', () => {
    for (const word of WORDS)
      for (const line of toLiteral(word).split('\n')) {
        assert.match(line, /^[\x20-\x7e]*$/);
        assert.ok(line.length <= 250, line);
      }
  });

  it('are numbers, truths and lists', () => {
    assert.equal(toLiteral(2 ** 40), '1099511627776');
    assert.deepEqual([true, false].map(toLiteral), ['$true', '$false']);
    assert.equal(toLiteral([]), '@()');
    assert.equal(toLiteral(['a', "b'"]), "@('a', 'b''')");
    for (const odd of [Number.NaN, 1.5, null, {}]) assert.throws(() => toLiteral(odd));
  });
});

describe('H35 literals in PowerShell itself', needsPeer('powershell'), () => {
  let pwsh: KeptPwsh;
  before(async () => {
    pwsh = await startKeptPwsh('2022');
  });
  after(() => pwsh[Symbol.asyncDispose]());

  it('are the words, letter by letter, and run nothing', async () => {
    const script = WORDS.map(
      (word) => `[Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes(${toLiteral(word)}))`,
    );
    const list = `@(${toLiteral(WORDS)}).Count`;

    const { lines, errors } = await pwsh.run({
      ...{ script: [...script, list].join('\n'), input: '', culture: 'en-US', drives: {} },
      answer: async () => assert.fail('a word called a cmdlet'),
    });

    assert.deepEqual(errors, []);
    const read = lines.slice(0, -1).map((line) => Buffer.from(line, 'base64').toString('utf16le'));
    assert.deepEqual(read, WORDS);
    assert.equal(lines.at(-1), String(WORDS.length));
  });
});
