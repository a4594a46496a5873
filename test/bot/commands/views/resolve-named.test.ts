/** Several names on one line: each found by itself, and the one at fault shown at its own place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toManyWords, toUsage } from '#bot/cards/help-card.ts';
import { resolveNamed } from '#bot/commands/resolve-named.ts';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { make } from '#test/core/estate-makers.ts';
import { ANN, makeHouse, toText } from './view-house.ts';

const MOVE = { words: ['vm', 'move'], target: target(50) };
const house = makeHouse({
  objects: [
    ...['web-01', 'web-02', 'my vm'].map((name) => make('vm', name, { body: { name } })),
    make('vm', 'vm-1', { body: { name: 'twice' } }),
    make('vm', 'vm-2', { body: { name: 'twice' } }),
  ],
});

function target(many: number) {
  return { name: 'vm', kind: 'vm', required: true, many };
}

function resolve(text: string, chosen: Readonly<Record<string, string>> = {}) {
  const parsed = parseCommand(text, [MOVE]);
  assert.ok(parsed.ok);
  const asking = { house, person: ANN, place: 'here', via: 'console', text, chosen };
  return resolveNamed(asking, 'vm', parsed.command, { position: 'vm' });
}

async function replyTo(...args: Parameters<typeof resolve>) {
  const resolved = await resolve(...args);
  assert.ok('reply' in resolved);
  return resolved.reply;
}

describe('several names', () => {
  it('H08 are found each by itself, in their order', async () => {
    const resolved = await resolve('vm move web-02 "my vm" web-01');

    assert.ok('found' in resolved);
    assert.deepEqual(
      resolved.found.map(({ body }) => body.name),
      ['web-02', 'my vm', 'web-01'],
    );
  });

  it('H08 of which one is unknown: the mark stands under that one, with the nearest name', async () => {
    const reply = await replyTo('vm move web-01 wbe-02 "my vm"');

    assert.equal(
      toText(reply),
      [
        'There is no VM called wbe-02',
        'vm move web-01 wbe-02 "my vm"',
        '               ^^^^^^',
        'Did you mean this one?',
        'Nothing was done.',
        '[web-02 in folder not known, vc, on host not known, no owner]',
      ].join('\n'),
    );
    assert.deepEqual(reply.actions[0]?.args, {
      ...{ text: 'vm move web-01 wbe-02 "my vm"', position: 'vm 2', id: 'id-of-web-02' },
    });
  });

  it('H08 of which one is borne by several: chosen for that one alone', async () => {
    const reply = await replyTo('vm move web-01 twice web-02');

    assert.equal(reply.title, 'Two VMs are called twice. Which one?');
    assert.match(JSON.stringify(reply.actions[0]?.args), /"position":"vm 2"/);
    const chosen = await resolve('vm move web-01 twice web-02', { 'vm 2': 'id-of-vm-2' });
    assert.ok('found' in chosen);
    assert.deepEqual(
      chosen.found.map(({ id }) => id),
      ['id-of-web-01', 'id-of-vm-2', 'id-of-web-02'],
    );
  });

  it('become one by a choice: refused, at its place', async () => {
    const reply = await replyTo('vm move web-01 wbe-01', { 'vm 2': 'id-of-web-01' });

    assert.equal(
      toText(reply),
      [
        'What was chosen for wbe-01 is named twice',
        'vm move web-01 wbe-01',
        '               ^^^^^^',
        'The same line names it already. Leave one of them out. Nothing was done.',
      ].join('\n'),
    );
  });

  it('stand in the usage line and in the words of help', () => {
    assert.equal(toUsage(MOVE), 'vm move <vm> [more VMs …]');
    assert.deepEqual(toManyWords(MOVE), ['Up to 50 VMs in one line, with spaces between.']);
    const one = { ...MOVE, target: { name: 'vm', kind: 'vm', required: true } };
    assert.equal(toUsage(one), 'vm move <vm>');
    assert.deepEqual(toManyWords(one), []);
  });
});
