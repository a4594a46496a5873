/** Cards at random, full of words that want to be something else. */
import fc from 'fast-check';
import type { Action, Block, Card, Input, StepLine } from '#bot/cards/card.ts';

/** T09 and its kin. */
export const nastyWords = [
  'build_source_task',
  '*prod*',
  '**prod**',
  'web[1](x)',
  '[x](http://evil.example)',
  '![x](http://evil.example/x.png)',
  'a`b',
  '1. web',
  '# web',
  '- web',
  '> web',
  '<b>web</b>',
  '<script>alert(1)</script>',
  '&lt;b&gt; R&amp;D',
  '~~web~~',
  'web\\_1',
  'https://evil.example',
  '{{DATE(2026-11-02T12:00:00Z, SHORT)}}',
  '{{{TIME(2026-11-02T12:00:00Z)}}',
  '$& $1 {name}',
  '<at>Ann</at>',
  '  padded   twice  ',
  'line\nfeed\r\nand\ttab',
  'esc\u001b[2J\u009b1m',
  'turn\u202egnp.exe\u2066\u200f',
  'zero\u200bwidth\ufeff',
  'half \ud83d and \udc00',
  '日本サーバー',
  '👩‍👩‍👧‍👦🇩🇪',
  'Z\u0301\u0302\u0303\u0304algo',
  '"; drop',
  'null',
  '',
] as const;

const long = fc
  .constantFrom('x', 'Ü', '日', '{', '{{DATE(', '"', '👩‍👧', '_a ')
  .chain((unit) => fc.nat(5_000).map((count) => unit.repeat(count)));
export const anyWord = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nastyWords) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const anyText = fc.oneof({ weight: 9, arbitrary: anyWord }, { weight: 1, arbitrary: long });

const marks = [
  'done',
  'warning',
  'failed',
  'running',
  'waiting',
  'unknown',
  'skipped',
  'asking',
] as const;
const anyStep: fc.Arbitrary<StepLine> = fc.record(
  { mark: fc.constantFrom(...marks), text: anyText, right: anyWord },
  { requiredKeys: ['mark', 'text'] },
);

const anyTable: fc.Arbitrary<Block> = fc.nat(12).chain((width) =>
  fc.record(
    {
      block: fc.constant('table' as const),
      columns: fc.array(
        fc.record(
          { title: anyText, align: fc.constantFrom('left' as const, 'right' as const) },
          { requiredKeys: ['title'] },
        ),
        { minLength: width, maxLength: width },
      ),
      rows: fc.array(fc.array(anyText, { maxLength: width + 1 }), { maxLength: 80 }),
      more: anyWord,
    },
    { requiredKeys: ['block', 'columns', 'rows'] },
  ),
);

const tones = ['neutral', 'good', 'warning', 'bad', 'busy'] as const;
const anyTime = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 100_000_000 }) },
  { weight: 1, arbitrary: fc.double() },
);
const anyBar = fc.record(
  { fromMs: anyTime, toMs: anyTime, tone: fc.constantFrom(...tones), note: anyWord },
  { requiredKeys: ['fromMs', 'toMs', 'tone'] },
);

export const anyTimeline: fc.Arbitrary<Extract<Block, { block: 'timeline' }>> = fc.record(
  {
    block: fc.constant('timeline' as const),
    title: anyText,
    alt: anyText,
    endMs: anyTime,
    groups: fc.array(
      fc.record({
        title: anyText,
        rows: fc.array(fc.record({ label: anyText, bars: fc.array(anyBar, { maxLength: 3 }) }), {
          maxLength: 30,
        }),
      }),
      { maxLength: 5 },
    ),
    more: anyWord,
  },
  { requiredKeys: ['block', 'title', 'alt', 'endMs', 'groups'] },
);

const anyBlock: fc.Arbitrary<Block> = fc.oneof(
  anyTimeline,
  fc.record(
    {
      block: fc.constant('text' as const),
      text: anyText,
      weight: fc.constantFrom('normal' as const, 'strong' as const, 'quiet' as const),
    },
    { requiredKeys: ['block', 'text'] },
  ),
  fc.record({
    block: fc.constant('fields' as const),
    fields: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 80 }),
  }),
  anyTable,
  fc.record({
    block: fc.constant('code' as const),
    text: fc.array(anyText, { maxLength: 150 }).map((lines) => lines.join('\n')),
  }),
  fc.record({ block: fc.constant('steps' as const), steps: fc.array(anyStep, { maxLength: 80 }) }),
  fc.record({
    block: fc.constant('progress' as const),
    percent: fc.double({ min: -10, max: 110, noNaN: true }),
  }),
);

const anyName = fc.stringMatching(/^[a-z][a-z-]{0,15}$/);
const asked = { name: anyName, label: anyText, required: fc.boolean() };
const given = { value: anyText, fault: anyText };
const needs = { requiredKeys: ['name', 'label', 'required', 'input'] as const };
const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.record(
    { ...asked, ...given, input: fc.constant('text' as const), placeholder: anyText },
    { requiredKeys: [...needs.requiredKeys] },
  ),
  fc.record(
    {
      ...asked,
      ...given,
      input: fc.constant('choice' as const),
      choices: fc.array(fc.record({ title: anyText, value: fc.uuid() }), { maxLength: 300 }),
    },
    { requiredKeys: [...needs.requiredKeys, 'choices'] },
  ),
  fc.record(
    {
      ...asked,
      ...given,
      input: fc.constant('choices' as const),
      choices: fc.array(fc.record({ title: anyText, value: fc.uuid() }), { maxLength: 300 }),
    },
    { requiredKeys: [...needs.requiredKeys, 'choices'] },
  ),
  fc.record(
    { ...asked, ...given, input: fc.constant('toggle' as const) },
    { requiredKeys: [...needs.requiredKeys] },
  ),
);

const anyAction: fc.Arbitrary<Action> = fc.record(
  {
    id: fc.uuid(),
    label: anyText,
    style: fc.constantFrom('primary' as const, 'normal' as const, 'danger' as const),
    confirm: anyText,
    ask: fc.record(
      {
        ...asked,
        choices: fc.array(fc.record({ title: anyText, value: fc.uuid() }), { maxLength: 30 }),
      },
      { requiredKeys: ['name', 'label', 'required'] },
    ),
  },
  { requiredKeys: ['id', 'label', 'style'] },
);

export const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    title: anyText,
    state: anyText,
    tone: fc.constantFrom(
      'neutral' as const,
      'good' as const,
      'warning' as const,
      'bad' as const,
      'busy' as const,
    ),
    summary: anyText,
    body: fc.array(anyBlock, { maxLength: 12 }),
    inputs: fc.uniqueArray(anyInput, { maxLength: 12, selector: (input) => input.name }),
    actions: fc.array(anyAction, { maxLength: 30 }),
    details: fc.array(anyBlock, { maxLength: 12 }),
  },
  { requiredKeys: ['title', 'tone', 'summary', 'body', 'actions'] },
);
