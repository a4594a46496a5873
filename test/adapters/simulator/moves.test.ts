/** Moves in the lab: as long as on real machines, and within the platform's limits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMoving } from './moving.ts';
import { type Facets, findOne, GIB, newCall, openTestLab, readAll } from './open-lab.ts';

describe('a move', () => {
  it('takes its memory over the wire, and its disks if they go', async () => {
    await using test = openTestLab();
    const { clock, vc, lab } = test;
    const { move, follow } = createMoving(vc);
    // 8 GiB of memory and 40 of disk; 64 and 540.
    for (const [vm, wish] of [
      ['web-01', { host: 'esx-01' }],
      ['web-02', { datastore: 'SAN-A' }],
      ['db-01', { host: 'esx-02', datastore: 'SAN-A' }],
    ] as const)
      await move(vm, wish);

    clock.advance(600_000);

    const ends = lab.history().map((it) => [it.state, (it.endedAt ?? 0) - it.acceptedAt]);
    assert.deepEqual(ends, [
      ['done', 2000 + 8 * 1000],
      ['done', 2000 + 40 * 800],
      ['done', 2000 + 64 * 1000 + 540 * 800],
    ]);
    for (const { id } of lab.history()) await follow(id);
  });

  it('saves and loads the memory when it is quick', async () => {
    await using test = openTestLab();
    const { move, where } = createMoving(test.hv);

    await move('dc-01', { way: 'quick', host: 'hv-04' });
    test.clock.advance(2000 + 8 * 2000);

    assert.deepEqual(await where('dc-01'), ['hv-04', 'on']);
  });

  it('tells its progress by time', async () => {
    await using test = openTestLab();
    const { move } = createMoving(test.vc);
    const percents: number[] = [];
    const task = await move('web-01', { host: 'esx-01' });

    const following = test.vc.tasks.follow(
      task,
      newCall({ onProgress: (it) => void percents.push(it) }),
    );
    await new Promise(setImmediate);
    for (let i = 0; i < 4; i++) test.clock.advance(2500);
    await following;

    assert.ok((percents[0] ?? 100) < 10 && percents.at(-1) === 100);
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    );
    assert.ok(percents.length > 10);
  });

  it('takes its memory and its cores from one host to the other, and its bytes', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, find } = createMoving(test.vc);
    const read = async () => {
      const [from, to] = [(await find('host', 'esx-03')).body, (await find('host', 'esx-01')).body];
      const stores = [
        (await find('datastore', 'SAN-A')).body,
        (await find('datastore', 'SAN-B')).body,
      ];
      return { from, to, free: stores.map((it) => it.freeBytes ?? 0) };
    };
    const vm = (await find('vm', 'web-01')).body;
    const other = vm.datastoreHandle === (await find('datastore', 'SAN-A')).handle ? 'B' : 'A';
    const before = await read();

    await move('web-01', { host: 'esx-01', datastore: `SAN-${other}` });

    const after = await read();
    const memory = 8 * GIB;
    assert.equal(after.from.memoryUsedBytes, (before.from.memoryUsedBytes ?? 0) - memory);
    assert.equal(after.to.memoryUsedBytes, (before.to.memoryUsedBytes ?? 0) + memory);
    const cores = (share: number | undefined) => Math.round((share ?? 0) * 32 * 1000) / 1000;
    const demand = vm.cpuDemandCores ?? 0;
    assert.ok(demand > 0);
    const taken = cores(before.from.cpuUsedShare) - cores(after.from.cpuUsedShare);
    assert.ok(Math.abs(taken - demand) < 0.01, `${taken} ${demand}`);
    const given = cores(after.to.cpuUsedShare) - cores(before.to.cpuUsedShare);
    assert.ok(Math.abs(given - demand) < 0.01, `${given} ${demand}`);
    const moved = after.free.map((it, at) => Math.abs(it - (before.free[at] ?? 0)) / GIB);
    assert.deepEqual(moved, [40, 40]);
    const file = (await find('vm', 'web-01')).body.disks[0]?.file;
    assert.equal(file, `[SAN-${other}] web-01/web-01.vmdk`);
  });

  it('H17 holds its VM: no second one, no start, no deletion', async () => {
    await using test = openTestLab();
    const { move, ref, wish } = createMoving(test.vc);
    await move('web-01', { host: 'esx-01' });
    const vm = await ref('vm', 'web-01');

    for (const send of [
      () => move('web-01', { host: 'esx-02' }),
      () => test.vc.power.stop(vm, newCall()),
      () => test.vc.provisioning.delete(vm, newCall()),
    ])
      await assert.rejects(send(), { code: 'another_task_runs', end: 'refused' });
    const findings = await test.vc.migration.check(
      vm,
      await wish({ host: 'esx-02' }),
      newCall().signal,
    );
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['TaskInProgress'],
    );
  });
});

describe('places for moves', () => {
  /** How many of so many moves onto a host run at once. */
  async function countRunning(id: string, host: string, own?: number): Promise<number> {
    await using test = openTestLab();
    const { lab, clock } = test;
    const on = id === test.vc.id ? test.vc : test.hv;
    const { move } = createMoving(on);
    if (own !== undefined)
      lab.faults.changeByOthers(id, (it) =>
        it.setHost(host, { moveLimits: { movesPerHost: own } }),
      );
    const vms = await listMovable(on, host);
    assert.ok(vms.length >= 9, `${vms.length}`);
    for (const vm of vms) await move(vm, { host });
    clock.advance(1000);
    return lab.history().filter(({ state }) => state === 'running').length;
  }

  /** Small ones, at most four off any host of its cluster. */
  async function listMovable(on: Facets, name: string): Promise<readonly string[]> {
    const all = await readAll(on);
    const host = findOne(all, 'host', name);
    const left = new Map<string, number>();
    for (const it of all)
      if (it.kind === 'host' && host.kind === 'host' && it.handle !== host.handle)
        if (it.body.clusterHandle === host.body.clusterHandle) left.set(it.handle, 4);
    return all.flatMap((it) => {
      if (it.kind !== 'vm' || it.body.power !== 'on' || !/^(vdi|app|web)-/.test(it.body.name))
        return [];
      const { hostHandle = '' } = it.body;
      const more = left.get(hostHandle) ?? 0;
      left.set(hostHandle, more - 1);
      return more > 0 ? [it.body.name] : [];
    });
  }

  it('lets two moves of a Hyper-V host run and eight of an ESXi host, or what the host itself is set to', async () => {
    await using test = openTestLab();

    assert.equal(await countRunning('lab-hv', 'hv-01'), 2);
    assert.equal(await countRunning('lab-hv', 'hv-01', 3), 3);
    assert.equal(await countRunning('lab-vc', 'esx-01'), 8);
    assert.equal(await countRunning('lab-vc', 'esx-01', 4), 4);

    const { limits } = test.vc.migration;
    assert.deepEqual(limits, {
      ...{ movesPerHost: 8, storageMovesPerHost: 2, storageMovesPerDatastore: 8 },
    });
    assert.equal(test.hv.migration.limits.movesPerHost, 2);
  });

  it('lets two moves of files run on a host, and the third wait for its instant', async () => {
    await using test = openTestLab();
    const { lab, clock } = test;
    const { move, find } = createMoving(test.vc);
    const host = (await find('host', 'esx-01')).handle;
    const sanA = (await find('datastore', 'SAN-A')).handle;
    const vms = (await readAll(test.vc)).filter(
      (it) =>
        it.kind === 'vm' &&
        it.body.power === 'on' &&
        it.body.hostHandle === host &&
        it.body.datastoreHandle === sanA,
    );
    for (const { body } of vms.slice(0, 3)) await move(body.name, { datastore: 'SAN-B' });

    clock.advance(1000);
    const early = lab.history().map(({ state }) => state);
    clock.advance(3_600_000);

    assert.deepEqual(early, ['running', 'running', 'queued']);
    const [first, second, third] = lab.history();
    assert.equal(third?.state, 'done');
    assert.equal(third?.startedAt, Math.min(first?.endedAt ?? 0, second?.endedAt ?? 0));
  });
});
