import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, refusal } from './shapes.ts';

/** Texts that Slack delivers without mark-up, by their number in the case list. */
const runs: readonly [string, string, { target?: string; options?: object }][] = [
  [
    'S01',
    'vm create web-09 --template ubuntu-24',
    { target: 'web-09', options: { template: 'ubuntu-24' } },
  ],
  [
    'S02',
    'vm stop web-07 --reason "said \u201clater\u201d twice"',
    { target: 'web-07', options: { reason: 'said \u201clater\u201d twice' } },
  ],
  [
    'S03',
    'vm stop web-07 --reason \u201cowner\u2019s request\u201d',
    { target: 'web-07', options: { reason: 'owner\u2019s request' } },
  ],
  [
    'S04',
    'vm stop web-07 --reason \u201eWartung heute\u201c',
    { target: 'web-07', options: { reason: 'Wartung heute' } },
  ],
  [
    'S05',
    'vm stop web-07 --reason \u00ab\u00a0maintenance\u00a0\u00bb',
    { target: 'web-07', options: { reason: 'maintenance' } },
  ],
  [
    'S07',
    'vm stop web-07 --reason \u201cmixed"',
    { target: 'web-07', options: { reason: 'mixed' } },
  ],
  [
    'S08',
    'vm stop web-07 --reason \u2018it\u2019s fine\u2019',
    { target: 'web-07', options: { reason: 'it\u2019s fine' } },
  ],
  ['S14', 'vm start web-07 --notify #vm-ops', { target: 'web-07', options: { notify: '#vm-ops' } }],
  ['S20', 'vm show R&D-01', { target: 'R&D-01' }],
  ['S22', 'vm list --where cpu>4', { options: { where: 'cpu>4' } }],
  ['S23', '\u2022 vm list', {}],
  [
    'S24',
    'vm create web-09 \u2013template ubuntu-24',
    { target: 'web-09', options: { template: 'ubuntu-24' } },
  ],
  ['S26', 'vm start \uff57\uff45\uff42-07', { target: '\uff57\uff45\uff42-07' }],
  ['S27', 'vm start web\u200b-07', { target: 'web\u200b-07' }],
  ['S28', '\u2060vm list', {}],
  [
    'S29',
    'vm create web-09\n--template ubuntu-24',
    { target: 'web-09', options: { template: 'ubuntu-24' } },
  ],
  ['S30', '  vm list\u00a0 \n', {}],
  [
    'S33',
    'vm stop web-07 --reason="two words"',
    { target: 'web-07', options: { reason: 'two words' } },
  ],
  ['S34', 'vm list --cluster=\u201cprod a\u201d', { options: { cluster: 'prod a' } }],
  ['S35', 'vm show -- --odd-name', { target: '--odd-name' }],
  ['S36', 'vm start "Web Server (old)"', { target: 'Web Server (old)' }],
  ['S37', 'vm show 100%25', { target: '100%25' }],
  ['S38', 'vm show base/feature-1', { target: 'base/feature-1' }],
];

describe('texts as Slack delivers them', () => {
  for (const [id, text, expected] of runs) {
    it(`B01 ${id} reads ${JSON.stringify(text)}`, () => {
      const command = parse(text);

      assert.equal(command.target, expected.target);
      assert.deepEqual(command.options, expected.options ?? {});
      assert.deepEqual(command.missing, []);
    });
  }

  it('S06 points at the quote that is not closed', () => {
    const { code, at } = refusal('vm stop web-07 --reason \u201chalf open');

    assert.equal(code, 'quote_unclosed');
    assert.deepEqual(at, { start: 24, end: 25 });
  });

  it('S25 refuses a size below zero behind a typographic minus', () => {
    const { code, marked } = refusal('vm resize web-07 --memory \u22124GiB');

    assert.equal(code, 'number_negative');
    assert.equal(marked, '\u22124GiB');
  });

  it('S31 refuses an option given twice and points at the second', () => {
    const { code, at, facts } = refusal(
      'vm create web-09 --template ubuntu-24 --template ubuntu-22',
    );

    assert.equal(code, 'option_twice');
    assert.deepEqual(at, { start: 38, end: 48 });
    assert.deepEqual(facts, { option: 'template', first: { start: 17, end: 27 } });
  });

  it('S32 hands the words after help on as typed', () => {
    assert.equal(parse('help vm create').rest, 'vm create');
  });
});
