/** A VM that stands still: whose memory it takes meanwhile, how long it takes, and where the platform has none of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectRef, VmBody } from '#core/inventory/estate-object.ts';
import type { TaskRef } from '#core/ports/connection.ts';
import {
  findOne,
  GIB,
  newCall,
  openTestLab,
  readAll,
  type TestLab,
  toTestRef,
} from './open-lab.ts';

const SQL = 64 * GIB;

/** `sql-01` of the lab's second platform, running. */
async function openSql(): Promise<TestLab & { readonly sql: ObjectRef }> {
  const test = openTestLab();
  test.lab.faults.changeByOthers(test.hv.id, (it) => it.setPower('sql-01', 'on'));
  return { ...test, sql: toTestRef(test.hv.id, findOne(await readAll(test.hv), 'vm', 'sql-01')) };
}

async function look({ hv }: TestLab, { handle }: ObjectRef) {
  const vm = await hv.estate.read({ kind: 'vm', handle }, newCall().signal);
  const body = vm?.body as VmBody;
  const where = { kind: 'host', handle: body.hostHandle ?? '' } as const;
  const host = await hv.estate.read(where, newCall().signal);
  return { body, usedBytes: host?.kind === 'host' ? (host.body.memoryUsedBytes ?? 0) : 0 };
}

async function send(test: TestLab, order: Promise<TaskRef | undefined> | undefined) {
  await order;
  test.clock.advance(120_000);
}

describe('a VM of the lab that stands still', () => {
  it('keeps its memory in the host while it is paused, and its guest answers nothing', async () => {
    await using test = await openSql();
    const { power } = test.hv;
    const on = await look(test, test.sql);

    await send(test, power.pause?.(test.sql, newCall()));
    const paused = await look(test, test.sql);
    await send(test, power.resume?.(test.sql, newCall()));
    const again = await look(test, test.sql);

    assert.deepEqual(
      [on, paused, again].map(({ usedBytes }) => usedBytes - on.usedBytes),
      [0, 0, 0],
    );
    assert.deepEqual(
      [paused.body.platformState, paused.body.guestTools],
      ['Paused', 'not_running'],
    );
    assert.deepEqual(paused.body.ipAddresses, []);
    assert.deepEqual([again.body.power, again.body.guestTools], ['on', 'running']);
  });

  it('gives its memory back once it is saved, from on and from paused', async () => {
    await using test = await openSql();
    const { power } = test.hv;
    const on = await look(test, test.sql);

    await send(test, power.save?.(test.sql, newCall()));
    const saved = await look(test, test.sql);
    await send(test, power.start(test.sql, newCall()));
    await send(test, power.pause?.(test.sql, newCall()));
    await send(test, power.save?.(test.sql, newCall()));
    const again = await look(test, test.sql);

    assert.equal(saved.body.platformState, 'Saved');
    assert.deepEqual([on.usedBytes - saved.usedBytes, on.usedBytes - again.usedBytes], [SQL, SQL]);
  });

  it('gives it back when it is powered off while paused', async () => {
    await using test = await openSql();
    const { power } = test.hv;
    const on = await look(test, test.sql);

    await send(test, power.pause?.(test.sql, newCall()));
    await send(test, power.stop(test.sql, newCall()));

    assert.equal(on.usedBytes - (await look(test, test.sql)).usedBytes, SQL);
  });

  it('takes it along to another host while paused', async () => {
    await using test = await openSql();
    await send(test, test.hv.power.pause?.(test.sql, newCall()));
    const before = await look(test, test.sql);
    const all = await readAll(test.hv);
    const hosts = ['hv-01', 'hv-02'].map((name) => findOne(all, 'host', name));
    const other = hosts.find(({ handle }) => handle !== before.body.hostHandle);
    assert.ok(other?.kind === 'host');
    const { name, memoryUsedBytes = 0 } = other.body;

    test.lab.faults.changeByOthers(test.hv.id, (it) => it.moveVm('sql-01', { host: name }));

    assert.equal((await look(test, test.sql)).usedBytes - memoryUsedBytes, SQL);
  });

  it('is written for as long as its memory takes, and read as it is until then', async () => {
    await using test = await openSql();

    await test.hv.power.save?.(test.sql, newCall());
    test.clock.advance(65_000);
    const writing = await look(test, test.sql);
    test.clock.advance(1000);

    assert.equal(writing.body.power, 'on');
    assert.equal((await look(test, test.sql)).body.power, 'suspended');
  });

  it('cannot be paused where the platform resembles a vCenter', async () => {
    await using test = openTestLab();

    const has = ({ pause, resume, save }: TestLab['vc']['power']) =>
      [pause, resume, save].map(Boolean);

    assert.deepEqual(has(test.vc.power), [false, false, true]);
    assert.deepEqual(has(test.hv.power), [true, true, true]);
  });
});
