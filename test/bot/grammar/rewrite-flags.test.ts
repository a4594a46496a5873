import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { quoteAlways, quoteWord } from '#bot/grammar/quote.ts';
import { rewriteFlags } from '#bot/grammar/rewrite-flags.ts';
import { parse, shapes } from './shapes.ts';

const find = (words: string) => shapes.find((shape) => shape.words.join(' ') === words);
const CREATE = find('vm create');
const without = (text: string) => rewriteFlags(text, CREATE, { without: ['plan'] });

const piece = fc.constantFrom(
  ...[
    '--plan',
    ' --plan ',
    '—plan',
    '--plan=true',
    'true',
    '--',
    'wrong',
    'the',
    ' ',
    '\u00a0',
    '\n',
  ],
  ...['"', "'", '“', '”', '‘', '’', '«', '»', '「', '」', '\u200b', '=', '-', '•', '\\', '$&'],
);
const anyText = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
);
const flag = fc.constantFrom(
  ...['--plan', '—plan', '–plan', '--PLAN', '--plan=true', '--plan="yes"', '—plan=“true”'],
  '--plan true',
);
const space = fc.constantFrom(' ', '\u00a0', '  ', '\n', '\u2003');

describe('a line given again with other flags', () => {
  it('H35, B01 leaves what looks like the flag inside a value as it is', () => {
    for (const [typed, written] of [
      ['--reason "the --plan was wrong" --plan', '--reason "the --plan was wrong"'],
      ['--plan --reason “the --plan was wrong”', '--reason "the --plan was wrong"'],
      ['—plan --reason=‘--plan’', '--reason="--plan"'],
      ['--plan true --start=no', '--start=no'],
      ['--plan\u00a0--reason\u00a0«\u00a0a --plan\u00a0»', '--reason "a --plan"'],
    ] as const) {
      const line = `vm create web-70 --template ubuntu-24`;
      assert.equal(without(`${line} ${typed}`), `${line} ${written}`);
    }
  });

  it('H35 hands on every value letter-true, wherever the flag stood and however it was written', () => {
    const given = fc.record({ reason: anyText, vm: anyText, template: anyText, flag, space });
    fc.assert(
      fc.property(given, fc.nat(3), ({ reason, vm, template, flag: typed, space: gap }, at) => {
        const parts = [
          // Bare, `true` right behind the flag would be refused as unclear.
          quoteAlways(vm),
          `--reason${gap}${quoteAlways(reason)}`,
          `--template=${quoteWord(template)}`,
        ];
        // A bare yes after the flag is its value only where the name is known.
        parts.splice(typed.includes(' ') ? Math.max(at, 1) : at, 0, typed);
        const before = parse(['vm', 'create', ...parts].join(gap));
        const after = parse(without(['vm', 'create', ...parts].join(gap)));
        assert.deepEqual([before.target, before.options], [vm, { reason, template, plan: true }]);
        assert.deepEqual([after.target, after.options], [vm, { reason, template }]);
      }),
      { numRuns: 3000 },
    );
  });

  it('means the same without its flag, whatever was typed', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), flag, (pieces, typed) => {
        const text = `vm create ${typed} --template a --reason ${pieces.join('')}`;
        const before = parseCommand(text, shapes);
        if (!before.ok || before.command.options.plan !== true) return;
        const { plan: _, ...options } = before.command.options;
        const after = parse(without(text));
        assert.deepEqual([after.target, after.options], [before.command.target, options]);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps apart what was quoted: a place, a name behind --, a word that says yes', () => {
    const grant = rewriteFlags('grant request "on" on "for" for 1h', find('grant request'), {});
    assert.deepEqual(parse(grant).more, { scope: 'for', time: 3_600_000 });
    assert.equal(parse(grant).target, 'on');
    assert.equal(parse(without('vm create --plan --template a -- --plan')).target, '--plan');
    const yes = parse(without('vm create --plan --template a --start "yes"'));
    assert.deepEqual([yes.target, yes.options.start], ['yes', true]);
  });

  it('adds a flag as one, behind names only and where it was typed before', () => {
    const add = (text: string) => rewriteFlags(text, CREATE, { without: ['plan'], add: 'start' });
    assert.equal(add('vm create --plan -- web-70'), 'vm create "web-70" --start');
    assert.equal(add('vm create web-70 --start=no --plan'), 'vm create web-70 --start');
    assert.equal(add('vm create web-70\u200b --plan'), 'vm create "web-70\u200b" --start');
  });

  it('leaves alone what is not a line of the command', () => {
    for (const text of ['', 'vm list --plan', 'vm create "a --plan', 'vm create a --odd --plan'])
      assert.equal(without(text), text);
    assert.equal(
      rewriteFlags('vm create a --plan', undefined, { without: ['plan'] }),
      'vm create a --plan',
    );
  });
});
