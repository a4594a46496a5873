/** `help` and `version`; and that all that help shows can be typed back (B08). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ask, askText, COMMANDS, makeHouse, READER, VIEWS } from './view-house.ts';

/** What a phone makes of a line: curly quotes, and a dash of two hyphens. */
const PHONES: readonly ((line: string) => string)[] = [
  (line) => line.replaceAll(/"([^"]*)"/g, '“$1”'),
  (line) => line.replaceAll(/"([^"]*)"/g, '„$1“'),
  (line) => line.replaceAll(/"([^"]*)"/g, '«\u00a0$1\u00a0»'),
  (line) => line.replaceAll('--', '—'),
  (line) => `  ${line.charAt(0).toUpperCase()}${line.slice(1)}\u00a0`,
];

describe('examples', () => {
  for (const command of VIEWS) {
    it(`of ${command.words.join(' ')} parse as shown and as a phone writes them (B08)`, () => {
      assert.ok(command.examples.length > 0);
      for (const example of command.examples) {
        const straight = parseCommand(example, COMMANDS);
        assert.ok(straight.ok && straight.command.missing.length === 0, example);
        assert.equal(straight.command.name, command.words.join('.'));
        for (const write of PHONES) {
          const written = parseCommand(write(example), COMMANDS);
          assert.ok(written.ok, write(example));
          assert.deepEqual(written.command.options, straight.command.options);
          assert.equal(written.command.target, straight.command.target);
        }
      }
    });
  }

  it('of what is explained parse in their turn', () => {
    const explain = COMMANDS.find(({ words }) => words[0] === 'explain');
    for (const example of explain?.examples ?? [])
      assert.ok(parseCommand(example.slice('explain '.length), COMMANDS).ok, example);
  });

  it('of every button under help parse too', async () => {
    const house = makeHouse();
    for (const line of ['help', 'help vm', 'help vm list', 'help vn', 'help vm lst'])
      for (const { args } of (await ask(house, line)).actions)
        assert.ok(parseCommand((args as { text: string }).text, COMMANDS).ok, line);
  });
});

describe('help', () => {
  it('shows only what this person may run', async () => {
    const house = makeHouse({ roles: [READER] });

    const text = await askText(house, 'help');
    const vm = await askText(house, 'help vm');
    const hidden = await ask(house, 'help vm delete');

    assert.match(text, /vm +list, show\n/);
    assert.match(text, /Without a verb: version, whoami, help, explain\./);
    assert.doesNotMatch(text + vm, /delete|create/);
    assert.equal(hidden.title, 'You may not run vm delete');
    assert.deepEqual(
      hidden.actions.map(({ args }) => args),
      [{ text: 'explain vm delete' }],
    );
  });

  it('shows what is allowed anywhere, also where it is not allowed everywhere', async () => {
    const roles = [makeRole({ allow: ['vm.delete'], scope: { folders: ['/test'] } })];

    assert.match(await askText(makeHouse({ roles }), 'help vm'), /vm delete/);
  });

  it('says of one command its use, options and examples', async () => {
    const text = await askText(makeHouse(), 'help VM create web-07');

    assert.match(text, /^vm create\n/);
    assert.match(text, /vm create <name> --template <template> \[options\]/);
    assert.match(text, /--template \(needed\) +<template> +what it is made from/);
    assert.match(text, /--memory +a size: 16GiB/);
    assert.match(text, /vm create web-07 --template ubuntu-24\n/);
    assert.match(text, /Needs the right vm\.create\./);
  });

  it('suggests what was meant', async () => {
    const { title, actions } = await ask(makeHouse(), 'help vm lst');

    assert.equal(title, 'There is no command vm lst');
    assert.deepEqual(actions[0]?.args, { text: 'help vm list' });
  });
});

describe('version', () => {
  it('says which Drover answers', async () => {
    assert.match(await askText(makeHouse(), 'version'), /^Drover 0\.1\.0\non Node \d/);
  });
});
