/** From a typed name to one object: exactly, or a choice, or suggestions, and never a guess. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Draft } from '#bot/cards/draft.ts';
import type { Asking } from '#bot/commands/command.ts';
import { type NamedAt, resolveObject } from '#bot/commands/resolve-name.ts';
import type { House } from '#bot/house.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ANN, makeHouse, minutesAgo, toText } from './view-house.ts';

const folder = make('folder', 'f-web', { body: { name: 'web', path: '/prod/web' } });
const vm = (handle: string, name: string, own: Partial<EstateObject<'vm'>> = {}) =>
  make('vm', handle, { ...own, body: { name, folderHandle: 'f-web' } });

function resolve(house: House, name: string, changes: Partial<Asking & NamedAt> = {}) {
  const text = `vm stop ${name}`;
  const asking = {
    house,
    person: ANN,
    place: 'here',
    via: 'console',
    text,
    chosen: {},
    ...changes,
  };
  return resolveObject(asking, 'vm', name, { position: 'vm', ...changes });
}

async function replyTo(...args: Parameters<typeof resolve>): Promise<Draft> {
  const resolved = await resolve(...args);
  assert.ok('reply' in resolved);
  return resolved.reply;
}

const labels = ({ actions }: Draft) => actions.map(({ label }) => label);

describe('a typed name', () => {
  it('H08 finds the VM of exactly that name', async () => {
    const names = ['Test', 'Test2', 'Te*t', 'hv-[a-c]*', '50%2f', 'null', '__proto__'];
    const house = makeHouse({ objects: names.map((name) => vm(`of ${name}`, name)) });

    for (const name of names) {
      const resolved = await resolve(house, name);
      assert.equal('found' in resolved && resolved.found.body.name, name);
    }
    for (const name of ['test', 'Tes', 'T*', 'Te?t', '*']) await replyTo(house, name);
  });

  it('H08 that several bear becomes a choice with place, host and owner, nothing preselected', async () => {
    const objects = [
      folder,
      make('host', 'host-1', { body: { name: 'esx-07' } }),
      vm('vm-1', 'web-07', { ownerId: ANN.id }),
      make('vm', 'vm-2', { connectionId: 'hv', body: { name: 'web-07' } }),
    ];
    const house = makeHouse({ objects, states: { vc: {}, hv: {} } });

    const reply = await replyTo(house, 'web-07');

    assert.equal(
      toText(reply),
      [
        'Two VMs are called web-07. Which one?',
        'Nothing was done.',
        '[web-07 in /prod/web, vc, on esx-07, owner Ann Berg]',
        '[web-07 in folder not known, hv, on host not known, no owner]',
      ].join('\n'),
    );
    assert.deepEqual(
      reply.actions.map(({ verb, style, args }) => ({ verb, style, args })),
      ['id-of-vm-1', 'id-of-vm-2'].map((id) => ({
        verb: 'choose',
        style: 'normal',
        args: { text: 'vm stop web-07', position: 'vm', id },
      })),
    );
  });

  it('H08 that was chosen on a card is that id, also when the name has moved on to another', async () => {
    const renamed = vm('vm-1', 'old-name');
    const house = makeHouse({ objects: [renamed, vm('vm-2', 'web-07')] });

    const resolved = await resolve(house, 'web-07', { chosen: { vm: 'id-of-vm-1' } });

    assert.equal('found' in resolved && resolved.found.id, 'id-of-vm-1');
  });

  it('H08 whose chosen VM is gone does nothing and says so', async () => {
    const house = makeHouse({ objects: [vm('vm-2', 'web-07')] });

    const reply = await replyTo(house, 'web-07', { chosen: { vm: 'id-of-vm-1' } });

    assert.match(toText(reply), /^That VM is no more\n.*Nothing was done/);
  });

  it('keeps the choices made before on the same line', async () => {
    const house = makeHouse({ objects: [vm('vm-1', 'web-07'), vm('vm-2', 'web-07')] });

    const { actions } = await replyTo(house, 'web-07', { chosen: { template: 'id-t' } });

    const args = { template: 'id-t', text: 'vm stop web-07', position: 'vm', id: 'id-of-vm-1' };
    assert.deepEqual(actions[0]?.args, args);
  });

  it('tells apart by handle what no place tells apart', async () => {
    const house = makeHouse({ objects: [vm('vm-1', 'web-07'), vm('vm-2', 'web-07')] });

    const [one = '', other = ''] = labels(await replyTo(house, 'web-07'));

    assert.ok(one.endsWith('(vm-1)') && other.endsWith('(vm-2)'));
  });

  it('H08 that nothing bears gets the nearest names as buttons, and nothing done', async () => {
    const house = makeHouse({ objects: [vm('vm-1', 'web-07'), vm('vm-2', 'database')] });

    const reply = await replyTo(house, 'web-O7', { typedAt: { start: 8, end: 14 } });

    assert.match(
      toText(reply),
      /called web-O7\nvm stop web-O7\n {8}\^{6}\n.*one\?\nNothing was done/s,
    );
    assert.deepEqual(
      labels(reply).map((label) => label.split(' ')[0]),
      ['web-07'],
    );
  });

  it('H08 points out letters that nobody sees and letters that look like others', async () => {
    const house = makeHouse({ objects: [vm('vm-1', 'web-07')] });

    const unseen = toText(await replyTo(house, 'web\u200b-07'));
    const cyrillic = toText(await replyTo(house, 'w\u0435b-07'));

    assert.match(unseen, /Letter 4: zero-width space \(U\+200B\), which nobody sees\./);
    assert.match(cyrillic, /Letter 2: Cyrillic small letter е \(U\+0435\), which looks like e\./);
    assert.match(cyrillic, /\[web-07 in/);
  });

  it('H08 of what the person may not see is a name that nothing bears, and is not suggested', async () => {
    const objects = [
      folder,
      vm('vm-1', 'web-07'),
      make('vm', 'vm-2', { body: { name: 'web-08' } }),
    ];
    const roles = [makeRole({ allow: ['vm.show'], scope: { folders: ['/prod'] } })];
    const house = makeHouse({ objects, roles });

    const seen = await resolve(house, 'web-07');
    const unseen = await replyTo(house, 'web-08');

    assert.ok('found' in seen);
    assert.equal(unseen.title, 'There is no VM called web-08');
    assert.deepEqual(
      labels(unseen).map((label) => label.split(' ')[0]),
      ['web-07'],
    );
  });

  it('H09 that nothing bears says which connection cannot be read: there it may be all the same', async () => {
    const vc = { failingSince: minutesAgo(10), errorCode: 'not_reachable' };
    const roles = [makeRole({ allow: ['vm.*'] })];

    const named = await replyTo(makeHouse({ states: { vc, hv: { syncedAt: null } } }), 'web-07');
    const hidden = await replyTo(makeHouse({ states: { vc }, roles }), 'web-07');

    assert.match(toText(named), /vc is not reachable.* Since 13:20 UTC/);
    assert.match(toText(named), /hv has not been read yet; what is there is not known\./);
    assert.match(toText(hidden), /A part of the estate cannot be read now/);
    assert.doesNotMatch(toText(hidden), /\bvc\b/);
  });

  it('of a folder may be its path', async () => {
    const other = make('folder', 'f-2', { body: { name: 'web', path: '/test/web' } });
    const house = makeHouse({ objects: [folder, other] });
    const asking = { house, person: ANN, place: 'here', via: 'console', text: '', chosen: {} };
    const find = (name: string) => resolveObject(asking, 'folder', name, { position: 'folder' });

    const byPath = await find('/test/web');
    const byName = await find('web');

    assert.equal('found' in byPath && byPath.found.id, 'id-of-f-2');
    assert.ok('reply' in byName && labels(byName.reply).join() === '/prod/web, vc,/test/web, vc');
  });
});
