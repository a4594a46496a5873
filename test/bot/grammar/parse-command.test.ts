import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyNearest, type GrammarErrorWords } from '#bot/grammar/grammar-error.ts';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { parse, refusal, shapes } from './shapes.ts';

describe('commands', () => {
  it('reads words, target and typed options', () => {
    const command = parse(
      'VM Create web-07 --Template ubuntu-24 --memory 16GiB --cpu 4 --lease 2h --firmware uefi --start',
    );

    assert.equal(command.name, 'vm.create');
    assert.equal(command.target, 'web-07');
    assert.deepEqual(command.options, {
      template: 'ubuntu-24',
      memory: 16 * 1024 ** 3,
      cpu: 4,
      lease: 7_200_000,
      firmware: 'UEFI',
      start: true,
    });
    assert.deepEqual(command.readings, []);
    assert.deepEqual(command.at.memory, { start: 47, end: 52 });
  });

  it('takes options before and after the target', () => {
    assert.equal(parse('vm stop --reason later web-07 --plan').target, 'web-07');
  });

  it('lists what is required and not given, for the form', () => {
    assert.deepEqual(parse('vm create').missing, ['vm', 'template']);
    assert.deepEqual(parse('vm owner set web-07').missing, ['owner']);
    assert.deepEqual(parse('explain').missing, ['command']);
    assert.deepEqual(parse('help').missing, []);
  });

  it('reads further positions, in order or behind their word', () => {
    assert.deepEqual(parse('vm owner set web-07 ann').more, { owner: 'ann' });
    const grant = parse('grant request vm.delete on db-01 for 1h --reason "why not"');
    assert.equal(grant.target, 'vm.delete');
    assert.deepEqual(grant.more, { scope: 'db-01', time: 3_600_000 });
  });

  it('takes several names where the last position does, options between them', () => {
    const move = parse('vm move web-01 --host esx-07 "my vm" -- --plan');

    assert.equal(move.target, 'web-01');
    assert.deepEqual(move.named, [
      { name: 'web-01', at: { start: 8, end: 14 } },
      { name: 'my vm', at: { start: 29, end: 36 } },
      { name: '--plan', at: { start: 40, end: 46 } },
    ]);
    assert.deepEqual(move.at, { vm: { start: 8, end: 14 }, host: { start: 22, end: 28 } });
    const tag = parse('vm tag web-01 red green');
    assert.deepEqual([tag.target, tag.more], ['web-01', { tag: 'red' }]);
    assert.deepEqual(
      tag.named.map(({ name }) => name),
      ['red', 'green'],
    );
    assert.deepEqual(parse('vm move').missing, ['vm']);
    assert.deepEqual(parse('vm stop web-01').named, []);
  });

  it('takes a quoted connective as a name', () => {
    const grant = parse('grant request "on" on "for" for 1h');

    assert.equal(grant.target, 'on');
    assert.deepEqual(grant.more, { scope: 'for', time: 3_600_000 });
  });

  it('hands on the rest as typed, options and marks included', () => {
    const command = parse('explain vm stop “web 07” —plan');

    assert.equal(command.rest, 'vm stop “web 07” —plan');
    assert.deepEqual(command.at.command, { start: 8, end: 30 });
  });

  it('keeps names that look like other things', () => {
    for (const name of ['null', '0', 'true', 'Te*t', '__proto__', 'constructor', '100%', '-v']) {
      assert.equal(parse(`vm show -- ${name}`).target, name);
    }
    assert.equal(parse('vm show "-v"').target, '-v');
    assert.equal(parse('vm show "--plan"').target, '--plan');
  });

  it('reads the values of a flag', () => {
    assert.equal(parse('vm stop web-07 --plan').options.plan, true);
    assert.equal(parse('vm stop web-07 --plan=no').options.plan, false);
    assert.equal(parse('vm stop web-07 --plan false').options.plan, false);
    assert.equal(parse('vm stop --plan web-07').target, 'web-07');
  });

  it('keeps an empty text that was quoted', () => {
    assert.equal(parse('vm stop web-07 --reason ""').options.reason, '');
  });
});

/** Text, code, the part that the error points at, the nearest. */
const refusals: readonly [string, string, string, string?][] = [
  ['', 'empty_command', ''],
  ['\u200b \n', 'empty_command', ''],
  ['vn list', 'unknown_command', 'vn', 'vm'],
  ['ｖｍ list', 'unknown_command', 'ｖｍ', 'vm'],
  ['qwertz list', 'unknown_command', 'qwertz'],
  ['vm crate web-07', 'unknown_command', 'crate', 'create'],
  ['vm owner st web-07', 'unknown_command', 'st', 'set'],
  ['--plan vm list', 'unknown_command', '--plan'],
  ['vm', 'command_incomplete', 'vm'],
  ['vm owner', 'command_incomplete', 'owner'],
  ['vm create web-07 --memroy 16GiB', 'unknown_option', '--memroy', '--memory'],
  ['vm create web-07 --mem 16GiB', 'unknown_option', '--mem', '--memory'],
  ['vm create web-07 —memroy=16GiB', 'unknown_option', '—memroy', '--memory'],
  ['vm create web-07 --__proto__ x', 'unknown_option', '--__proto__'],
  ['link --now', 'unknown_option', '--now'],
  ['vm stop web-07 --plan --PLAN', 'option_twice', '--PLAN'],
  ['vm stop web-07 -plan', 'single_dash', '-plan', '--plan'],
  ['vm show -v', 'single_dash', '-v'],
  ['vm stop --reason -v', 'single_dash', '-v'],
  ['vm stop web-07 web-08', 'unexpected_word', 'web-08'],
  ['vm start web-07\nvm stop web-08', 'unexpected_word', 'vm'],
  ['grant request vm.delete db-01', 'unexpected_word', 'db-01'],
  ['link lsit', 'unexpected_word', 'lsit', 'list'],
  ['vm stop web-07 --reason', 'value_missing', '--reason'],
  ['vm stop web-07 --reason --plan', 'value_missing', '--reason'],
  ['vm stop web-07 --notify=', 'value_missing', ''],
  ['vm stop ""', 'value_missing', '""'],
  ['vm move web-01 ""', 'value_missing', '""'],
  ['vm move web-01 web-02 "web-01"', 'named_twice', '"web-01"'],
  ['vm move a b c d "e f" g', 'too_many_names', '"e f"'],
  ['vm move web-01 -plan', 'single_dash', '-plan', '--plan'],
  ['vm move web-01 --hots esx-07', 'unknown_option', '--hots', '--host'],
  ['vm move web-01 --plan no', 'flag_value_unclear', 'no'],
  ['grant request vm.delete on', 'value_missing', 'on'],
  ['vm create --start false', 'flag_value_unclear', 'false'],
  ['vm stop web-07 --plan=ye', 'boolean_unknown', 'ye', 'yes'],
  ['vm create x --firmware ufei', 'choice_unknown', 'ufei', 'UEFI'],
  ['vm create x --firmware coreboot', 'choice_unknown', 'coreboot'],
];

describe('refused texts', () => {
  for (const [text, code, marked, nearest] of refusals) {
    it(`answers ${JSON.stringify(text)} with ${code}`, () => {
      const error = refusal(text);

      assert.equal(error.code, code);
      assert.equal(error.marked, marked);
      assert.equal(error.nearest, nearest);
    });
  }

  it('says what is known where the word is not', () => {
    assert.deepEqual(refusal('vm owner st').facts, {
      typed: 'st',
      command: 'vm owner',
      known: ['set'],
    });
    assert.deepEqual(refusal('vm owner').facts, { command: 'vm owner', next: ['set'] });
    assert.deepEqual(refusal('vm move web-01 web-01').facts, {
      ...{ name: 'vm', typed: 'web-01', first: { start: 8, end: 14 } },
    });
    assert.deepEqual(refusal('vm move a b c d e').facts, { name: 'vm', limit: 4 });
    assert.deepEqual(refusal('').facts, { known: ['vm', 'grant', 'link', 'help', 'explain'] });
  });

  it('H32 shows both readings of a single dash and of a word after a flag', () => {
    assert.deepEqual(refusal('vm stop web-07 -plan').facts.readings, ['--plan', '"-plan"']);
    assert.deepEqual(refusal('vm create --start no').facts.readings, [
      '--start=no',
      '--start "no"',
    ]);
  });

  it('writes the corrected line to copy', () => {
    const text = 'vm create web-07 --memroy 16GiB';
    const parsed = parseCommand(text, shapes);

    assert.ok(!parsed.ok);
    assert.equal(applyNearest(text, parsed.error), 'vm create web-07 --memory 16GiB');
  });

  it('refuses a text that is too long before it reads it', () => {
    const error = refusal('“'.repeat(4001));

    assert.equal(error.code, 'text_too_long');
    assert.deepEqual(error.facts, { length: 4001, limit: 4000 });
  });

  it('lets a table of words compile only when it is complete', () => {
    // @ts-expect-error all codes but one are missing
    const words: GrammarErrorWords = { text_too_long: ({ limit }) => `at most ${limit}` };

    assert.equal(words.text_too_long({ length: 5000, limit: 4000 }), 'at most 4000');
  });
});
