/** What storage does when it fails, and that nothing of the store stays broken afterwards. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { openStore } from '#adapters/database/database.ts';
import type { ApprovalTx } from '#approvals/request-store.ts';
import { newJob } from '#test/contracts/store-samples.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const createQueue = async () => ({ enqueue: async () => {} });

describe('a full disk (H38)', () => {
  it('is told by its name, undoes the transaction, and is over when there is room', async () => {
    using folder = createTemporaryFolder('full');
    const config = { url: `sqlite:${folder.path}/`, connections: 2 };
    const { store, handle, close } = await openStore(config, { createQueue });
    const limitPages = (pages: number) =>
      sql`pragma max_page_count = ${sql.lit(pages)}`.execute(handle.kysely());
    const write = () =>
      store.transact(async (tx) => {
        await tx.setMark('a', '1');
        await tx.audit.insert({ event: 'x', facts: 'y'.repeat(4_000_000) });
      });
    await limitPages(300);

    await assert.rejects(write(), { code: 'storage_full', end: 'not_started' });
    await assert.rejects(write(), { code: 'storage_full' });
    assert.equal(await store.read((reads) => reads.findMark('a')), undefined);
    await limitPages(1_000_000);
    await write();

    assert.equal(await store.read((reads) => reads.findMark('a')), '1');
    await close();
  });
});

describe('a file that is no database', () => {
  it('is refused', async () => {
    using folder = createTemporaryFolder('none');
    const file = `${folder.path}/drover.db`;
    writeFileSync(file, 'Dear diary, '.repeat(1000));

    const opening = openStore({ url: `sqlite:${file}`, connections: 2 }, { createQueue });

    await assert.rejects(opening, { code: 'storage_unfit', facts: { reason: 'not_a_database' } });
  });
});

describe('a PostgreSQL that writes dates in another style', needsPeer('postgres'), () => {
  it('is understood all the same', async () => {
    const settings = { datestyle: 'German', timezone: 'Asia/Kolkata' };
    await using postgres = await startPostgres({ fsync: false, settings });
    const config = { url: await postgres.createDatabase(), connections: 2 };

    const { store, close } = await openStore(config, { createQueue });
    const now = await store.read(async (reads) => reads.now);

    assert.ok(Math.abs(Date.now() - now.getTime()) < 60_000);
    await close();
  });
});

describe('a PostgreSQL that ends connections', needsPeer('postgres'), () => {
  it('loses the transaction, its own error first, and no place in the pool', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 2 };
    const { store, handle, close } = await openStore(config, { createQueue });
    const breakOff = () =>
      store.transact(async (tx) => {
        await tx.setMark('a', 'lost');
        const own = sql`select pg_terminate_backend(pg_backend_pid())`;
        await own.execute(handle.kyselyOf(tx.native));
      });

    for (let time = 0; time < 4; time += 1) {
      await assert.rejects(breakOff(), /terminating connection/);
    }
    await store.transact((tx) => tx.setMark('b', 'kept'));

    assert.equal(await store.read((reads) => reads.findMark('a')), undefined);
    assert.equal(await store.read((reads) => reads.findMark('b')), 'kept');
    await close();
  });

  it('ends a transaction that stands still, so that others go on', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 4 };
    const { store, close } = await openStore(config, { createQueue });
    const locked = Promise.withResolvers<void>();
    const otherWasHere = Promise.withResolvers<void>();
    const frozen = store.transact(async (tx) => {
      await tx.lock('permits');
      locked.resolve();
      await otherWasHere.promise;
      await tx.setMark('a', 'late');
    });
    frozen.catch(() => {});
    await locked.promise;

    await store.transact((tx) => tx.lock('permits'));

    otherWasHere.resolve();
    await assert.rejects(frozen);
    assert.equal(await store.read((reads) => reads.findMark('a')), undefined);
    await close();
  });

  it('keeps nothing when its driver refuses a statement that nobody waited for', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 2 };
    const { store, close } = await openStore(config, { createQueue });
    const unsendable = {
      toPostgres() {
        throw new Error('not for sending');
      },
    } as unknown as string;

    const failing = store.transact(async (tx) => {
      await tx.setMark('a', '1');
      await tx.audit.insert({ event: 'x', requestId: unsendable, facts: {} });
    });

    await assert.rejects(failing, /not for sending/);
    assert.equal(await store.read((reads) => reads.findMark('a')), undefined);
    await close();
  });

  it('tells what failed, and not that what came behind it was refused therefore', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 2 };
    const { store, close } = await openStore(config, { createQueue });
    const job = newJob({ id: 'j1', number: 1 });
    // Printed before, this one is told by fewer hands, and so heard first.
    const change = (tx: ApprovalTx) => tx.jobs.change('j1', { code: null });
    await store.transact(async (tx) => {
      await tx.jobs.insert(job);
      await change(tx);
    });

    const twice = store.transact(async (tx) => {
      await tx.jobs.insert(job);
      await change(tx);
    });

    await assert.rejects(twice, { code: '23505' });
    await close();
  });

  it('tells that nothing stayed, also to who took no notice of what failed', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 2 };
    const { store, handle, close } = await openStore(config, { createQueue });
    const calls: string[] = [];

    const undone = store.transact(async (tx) => {
      tx.afterCommit(() => calls.push('committed'));
      await tx.setMark('a', '1');
      await sql`select 1 / 0`.execute(handle.kyselyOf(tx.native)).catch(() => undefined);
    });

    await assert.rejects(undone, /undone/);
    assert.deepEqual(calls, []);
    await store.transact((tx) => tx.setMark('b', '1'));
    await close();
  });

  it('takes nothing more from a part of the work that goes on after it failed', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 2 };
    const { store, close } = await openStore(config, { createQueue });
    let late: Promise<void> | undefined;

    const failing = store.transact(async (tx) => {
      late = tx.jobs.find('nobody').then(() => tx.setMark('a', 'late'));
      await Promise.all([late, Promise.reject(new Error('the other part'))]);
    });

    await assert.rejects(failing, /the other part/);
    await assert.rejects(async () => late, /has ended/);
    assert.equal(await store.read((reads) => reads.findMark('a')), undefined);
    await close();
  });

  it('tells why it could not commit, and not that it cannot be asked to undo', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const config = { url: await postgres.createDatabase(), connections: 2 };
    const { store, handle, close } = await openStore(config, { createQueue });
    await sql`create function refuse() returns trigger language plpgsql as
      'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`.execute(
      handle.kysely(),
    );
    await sql`create constraint trigger refuse after insert on mark initially deferred
      for each row execute function refuse()`.execute(handle.kysely());

    await assert.rejects(
      store.transact((tx) => tx.setMark('a', '1')),
      { code: '57P01' },
    );
    await close();
  });
});
