/** What a plan of one move rests on, and what people would be told before anybody is asked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNoteWords } from '#bot/cards/plan-blocks.ts';
import type { VmBody } from '#core/inventory/estate-object.ts';
import { vmMigrate } from '#core/operations/vm-migrate.ts';
import type { VmMigrateInput } from '#core/operations/vm-migrate-wish.ts';
import { type Bounds, listDifferences } from '#core/plan/bounds.ts';
import { GIB } from '../estate-makers.ts';
import { idOf, type MovesWorldWish, makeMovesWorld } from './moves-world.ts';

const HOSTS = { 'h-0': {}, 'h-1': {}, 'h-2': { cpuUsedShare: 0.5 } };

const disk = (datastoreHandle: string, gib: number) => ({
  ...{ key: datastoreHandle, label: 'SCSI 0:0', datastoreHandle, sizeBytes: gib * GIB },
});

function plan(
  own: Partial<VmBody> = {},
  { input, ...wish }: Partial<MovesWorldWish> & { input?: Partial<VmMigrateInput> } = {},
) {
  const vms = { 'v-0': { hostHandle: 'h-0', memoryBytes: 8 * GIB, ...own } };
  return vmMigrate.plan(
    { vmId: idOf('v-0'), quick: false, ...input },
    makeMovesWorld({ hosts: HOSTS, vms, ...wish }),
  );
}

const wordsOf = ({ blockers }: ReturnType<typeof plan>) => blockers.map(toNoteWords);

describe('vm.migrate', () => {
  it('takes the host with most stars, and holds its memory there', () => {
    const { steps, reserves, bounds, advice } = plan();

    assert.equal(advice.moves?.[0]?.toName, 'h-1');
    assert.match(JSON.stringify(steps[0]?.placement), /"handle":"h-1"/);
    assert.doesNotMatch(JSON.stringify(steps[0]?.input), /h-1/);
    const place = { key: 'move-vm', hostId: idOf('h-1'), memoryBytes: 8 * GIB, diskBytes: 0 };
    assert.deepEqual(reserves?.places, [place]);
    assert.deepEqual(bounds.oneOf.hosts, [idOf('h-1'), idOf('h-2')]);
  });

  it('stays inside what was agreed: only hosts of it are chosen later', () => {
    const { bounds } = plan();
    const only = { ...bounds, oneOf: { ...bounds.oneOf, hosts: [idOf('h-2')] } };

    const later = plan({}, { within: only });

    assert.equal(later.advice.moves?.[0]?.toName, 'h-2');
    assert.deepEqual(listDifferences(later.bounds, only), []);
  });

  it('takes what a VM is measured to need, and all it was given when it is off', () => {
    const measured = plan({ memoryDemandBytes: 2 * GIB });
    const off = plan({ memoryDemandBytes: 0, power: 'off' });

    assert.equal(measured.reserves?.places[0]?.memoryBytes, 2 * GIB);
    assert.equal(off.reserves?.places[0]?.memoryBytes, 8 * GIB);
    assert.deepEqual(
      [measured, off].map(({ advice }) => advice.moves?.[0]?.way),
      ['live', 'off'],
    );
  });

  it('names what stands against it, with the way on', () => {
    const tied = { ties: [{ what: 'local_image', label: 'tools.iso' }] } as const;

    assert.deepEqual(wordsOf(plan(tied)), [
      'v-0 cannot move: it uses a drive or image that only its host has (tools.iso).',
    ]);
    assert.match(
      wordsOf(plan({ hostHandle: 'nowhere' }))[0] ?? '',
      /On which host v-0 is is not known/,
    );
    assert.match(wordsOf(plan({ power: 'paused' }))[0] ?? '', /v-0 is paused/);
    assert.deepEqual(wordsOf(plan({}, { input: { hostId: idOf('h-0') } })).slice(0, 1), [
      'v-0 is on h-0 already.',
    ]);
    const closed = plan({}, { closed: ['h-1'], input: { hostId: idOf('h-1') } });
    assert.match(wordsOf(closed)[0] ?? '', /^v-0 cannot go to h-1 now; why stands beside it/);
    const against = closed.advice.ratings.find(({ hostName }) => hostName === 'h-1')?.reasons ?? [];
    assert.deepEqual(against.map(toNoteWords), ['is being emptied for maintenance, or has been']);
  });

  it('needs room where its files go, for what does not lie there yet', () => {
    const move = (freeBytes: number, input: Partial<VmMigrateInput> = {}, onNew = 0) =>
      plan(
        { disks: [disk('ds-san', 40 - onNew), ...(onNew ? [disk('ds-new', onNew)] : [])] },
        {
          datastores: { 'ds-new': { capacityBytes: 1000 * GIB, freeBytes } },
          hosts: { ...HOSTS, 'h-0': { datastoreHandles: ['ds-san', 'ds-new'] } },
          connection: { migration: { can: ['storage', 'host_and_storage'] } as never },
          input: { datastoreId: idOf('ds-new'), ...input },
        },
      );

    assert.deepEqual(wordsOf(move(89 * GIB)), ['ds-new: 39 GiB free, 40 GiB wanted']);
    assert.deepEqual(wordsOf(move(90 * GIB)), []);
    assert.deepEqual(wordsOf(move(80 * GIB, {}, 10)), []);
    assert.equal(move(80 * GIB, {}, 10).reserves?.places[0]?.diskBytes, 30 * GIB);
  });

  it('keeps its files where its host sees them', () => {
    const { blockers } = plan(
      {},
      {
        datastores: { far: {} },
        connection: { migration: { can: ['storage'] } as never },
        input: { datastoreId: idOf('far') },
      },
    );

    assert.deepEqual(blockers.map(toNoteWords), [
      'h-0, on which it is, does not see far; name a host that does: --host',
    ]);
  });

  it('takes its files at the start to the datastore that was agreed to, whichever has most room then', () => {
    const hosts = { ...HOSTS, 'h-1': { datastoreHandles: ['ds-a', 'ds-b'] } };
    const migration = { can: ['host_and_storage'] } as never;
    const wish = (a: number, b: number, within?: Bounds) =>
      plan(
        { disks: [disk('ds-san', 10)] },
        {
          ...{ hosts, connection: { migration }, input: { hostId: idOf('h-1') } },
          datastores: { 'ds-a': { freeBytes: a * GIB }, 'ds-b': { freeBytes: b * GIB } },
          ...(within && { within }),
        },
      );

    const agreed = wish(500, 400);
    const later = wish(300, 400, agreed.bounds);

    assert.deepEqual(agreed.bounds.oneOf.datastores, [idOf('ds-a')]);
    assert.deepEqual(listDifferences(later.bounds, agreed.bounds), []);
    assert.deepEqual(wordsOf(wish(50, 400, agreed.bounds)), ['ds-a: 0 B free, 10 GiB wanted']);
  });

  it('H17 waits for the job that changes it', () => {
    const { blockers } = plan({}, { busy: { [idOf('v-0')]: 4 } });

    assert.deepEqual(blockers.map(toNoteWords), ['J-4 is changing v-0; wait for it: job show J-4']);
  });
});
