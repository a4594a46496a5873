/** What is kept of changes: which VMs count, what ends an event, and of what nothing is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { createNotice, type Notice } from '#core/noticed/notice-changes.ts';
import type { Tx } from '#core/ports/store.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { make } from '../estate-makers.ts';

const LIMITS = { datastoreFreePercent: 10, datastoreClearedPercent: 12 };

/** An estate with its past: what `learn` gets is judged against it and then known. */
async function openEstate(objects: readonly EstateObject[], order?: readonly string[]) {
  const opened = await openTestStore(() => ({ enqueue: async () => undefined }));
  const { store } = opened;
  const index = createEstateIndex(order);
  index.apply(objects);
  const announced: string[] = [];
  let ids = 0;
  const notice = createNotice({
    ...{ index, limits: LIMITS },
    newId: () => {
      ids += 1;
      return `noticed-${ids}`;
    },
    announcer: { noticedChanged: async (_tx, id) => void announced.push(id) },
  });
  /** As PostgreSQL does, takes no row twice in one statement. */
  const strict = (tx: Tx): Tx =>
    Object.create(tx, {
      noticed: {
        value: {
          ...tx.noticed,
          async putVms(vms: Parameters<Tx['noticed']['putVms']>[0]) {
            assert.equal(new Set(vms.map(({ vmId }) => vmId)).size, vms.length, 'a row twice');
            await tx.noticed.putVms(vms);
          },
        },
      },
    });
  const tell = async (how: keyof Notice, ...changed: readonly EstateObject[]) => {
    await store.transact((tx) => notice[how](strict(tx), changed));
    index.apply(changed);
  };
  return {
    ...{ store, announced },
    learn: (...changed: readonly EstateObject[]) => tell('learned', ...changed),
    record: (...changed: readonly EstateObject[]) => tell('recorded', ...changed),
    lose: (...gone: readonly EstateObject[]) => tell('gone', ...gone),
    find: (objectId: string) =>
      store.read((reads) => reads.noticed.findNewest(objectId, 'host_down')),
    count: (id = 'noticed-1') =>
      store.read(async (reads) => {
        const { running, moved, first } = await reads.noticed.sumVms(id, 10);
        return { running, moved, names: first.map(({ name }) => name) };
      }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

const up = (handle: string) => make('host', handle);
const down = (handle: string) =>
  make('host', handle, { body: { state: 'not_responding', platformState: 'notResponding' } });
const vm = (handle: string, hostHandle: string, body: object = {}, own: object = {}) =>
  make('vm', handle, { ...own, body: { hostHandle, ...body } });

describe('VMs of a lost host', () => {
  it('count when they run on another host, and are waited for when they do not run yet', async () => {
    await using estate = await openEstate([
      ...[up('h1'), up('h2'), vm('a', 'h1'), vm('b', 'h1'), vm('c', 'h1', { power: 'off' })],
    ]);

    await estate.learn(vm('b', 'h2', { power: 'off' }), vm('a', 'h2'), vm('c', 'h2'), down('h1'));

    assert.deepEqual(await estate.count(), { running: 1, moved: 1, names: ['a'] });
    await estate.learn(up('h1'));
    await estate.learn(vm('b', 'h2'));
    assert.deepEqual(await estate.count(), { running: 2, moved: 0, names: ['a', 'b'] });
  });

  it('count once that left it a second time, after a start elsewhere that failed', async () => {
    await using estate = await openEstate([up('h1'), up('h2'), up('h3'), vm('a', 'h1')]);
    await estate.learn(down('h1'));
    await estate.learn(vm('a', 'h2', { power: 'unknown' }));
    await estate.learn(vm('a', 'h1', { power: 'unknown' }));

    await estate.learn(vm('a', 'h3'));

    assert.deepEqual(await estate.count(), { running: 1, moved: 0, names: ['a'] });
  });

  it('do not count that come up where they were, on the lost host, or that ran elsewhere before', async () => {
    await using estate = await openEstate([
      ...[up('h1'), up('h2'), up('h3'), vm('a', 'h1'), vm('b', 'h1'), vm('c', 'h2')],
    ]);
    await estate.learn(down('h1'));
    await estate.learn(vm('a', 'h2', { power: 'off' }), vm('c', 'h3'));

    await estate.learn(up('h1'), vm('a', 'h1', { power: 'off' }), vm('b', 'h1', { cpus: 3 }));
    await estate.learn(vm('a', 'h1'));

    assert.deepEqual(await estate.count(), { running: 0, moved: 1, names: [] });
  });

  it('do not count that leave it once it is back', async () => {
    await using estate = await openEstate([up('h1'), up('h2'), vm('a', 'h1')]);
    await estate.learn(down('h1'));
    await estate.learn(up('h1'));

    await estate.learn(vm('a', 'h2'));

    assert.deepEqual(await estate.count(), { running: 0, moved: 0, names: [] });
  });

  it('are not twins, of which nobody can say which moved, and not replicas (H04)', async () => {
    const twin = { isTwin: true };
    await using estate = await openEstate([
      ...[up('h1'), up('h2'), vm('a', 'h1', {}, twin), vm('b', 'h1', { role: 'replica' })],
    ]);

    await estate.learn(down('h1'), vm('a', 'h2', {}, twin), vm('b', 'h2', { role: 'replica' }));

    assert.deepEqual(await estate.count(), { running: 0, moved: 0, names: [] });
  });

  it('that a step of Drover recorded itself are its own doing; a host that it read is told', async () => {
    await using estate = await openEstate([up('h1'), up('h2'), vm('a', 'h1')]);

    await estate.record(down('h1'));
    await estate.record(vm('a', 'h2'));

    assert.equal((await estate.find('id-of-h1'))?.code, 'host_down');
    assert.deepEqual(await estate.count(), { running: 0, moved: 0, names: [] });
  });

  it('may leave it in the very reading that shows it back', async () => {
    await using estate = await openEstate([up('h1'), up('h2'), vm('a', 'h1')]);
    await estate.learn(down('h1'));

    await estate.learn(up('h1'), vm('a', 'h2'));

    assert.deepEqual(await estate.count(), { running: 1, moved: 0, names: ['a'] });
    assert.equal((await estate.find('id-of-h1'))?.endCode, 'over');
  });
});

describe('an event', () => {
  it('ends when the platform does not have the object any more', async () => {
    await using estate = await openEstate([up('h1')]);
    await estate.learn(down('h1'));

    await estate.lose(make('host', 'h1', { gone: true }));

    const found = await estate.find('id-of-h1');
    assert.equal(found?.endCode, 'gone');
    assert.ok(found?.endedAt);
    assert.deepEqual(estate.announced, ['noticed-1', 'noticed-1']);
  });

  it('is none of an object that was not known before', async () => {
    await using estate = await openEstate([]);

    await estate.learn(down('h1'), vm('a', 'h1'));

    assert.deepEqual(estate.announced, []);
  });

  it('H06 is none while the connection is on hold', async () => {
    await using estate = await openEstate([up('h1')]);
    await estate.store.transact((tx) => tx.connections.save('vc', { holdCode: 'went_back' }));

    await estate.learn(down('h1'));

    assert.equal(await estate.find('id-of-h1'), undefined);
  });

  it('H07 is one for a host that two connections show', async () => {
    const machine = { machineId: '4c4c4544-0051-3510-8052-b7c04f4d4e32' };
    const of = (connectionId: string, state: 'connected' | 'not_responding') =>
      make('host', `h-${connectionId}`, { connectionId, body: { ...machine, state } });
    await using estate = await openEstate(
      [of('vc', 'connected'), of('esx', 'connected')],
      ['vc', 'esx'],
    );

    await estate.learn(of('esx', 'not_responding'));
    await estate.learn(of('vc', 'not_responding'));

    assert.equal(await estate.find('id-of-h-esx'), undefined);
    assert.equal((await estate.find('id-of-h-vc'))?.connectionId, 'vc');
  });
});
