/** Who carries what was committed from SQLite's log into its file, and what is left when that is cut. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createCheckpoints, isSafe } from '#adapters/database/sqlite/checkpoints.ts';
import { openNodeSqlite } from '#adapters/database/sqlite/node-sqlite.ts';
import { openSqlite } from '#adapters/database/sqlite/open-sqlite.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

/** So many commits make a thread worth it. */
const ENOUGH = 200;
const LIMIT = { timeout: 20_000 };
const startBroken = () => new Worker(new URL('data:text/javascript,throw new Error("broken")'));
const startNone = () => {
  throw new Error('ERR_WORKER_INIT_FAILED');
};

describe('checkpoints of SQLite', () => {
  it(
    'are made by a thread once enough was written, and not at the commits any more',
    LIMIT,
    async () => {
      using opened = open();
      const { database, write, sizeOfFile } = opened;
      const checkpoints = createCheckpoints(database);
      const before = sizeOfFile();
      for (let at = 1; at < ENOUGH; at += 1) checkpoints.note();
      write(1);
      assert.equal(sizeOfFile(), before);

      await until(() => {
        checkpoints.note();
        return sizeOfFile() > before;
      });

      assert.equal(opened.pagesAtCommit(), 10_000);
      await checkpoints.close();
      assert.equal(opened.count(), 1);
    },
  );

  it('stay with the commits where no thread can be had, or it ends', LIMIT, async () => {
    for (const startThread of [startNone, startBroken]) {
      using opened = open();
      const checkpoints = createCheckpoints(opened.database, startThread);
      for (let at = 0; at < 2 * ENOUGH; at += 1) checkpoints.note();

      await until(() => opened.pagesAtCommit() === 1000);

      checkpoints.note();
      await checkpoints.close();
      opened.write(1);
      assert.equal(opened.count(), 1);
    }
  });

  it('stay with the commits where the file was moved away, and make no other', LIMIT, async () => {
    using opened = open();
    const checkpoints = createCheckpoints(opened.database);
    opened.database.exec('pragma wal_autocheckpoint = 7');
    renameSync(opened.file, `${opened.file}.moved`);
    for (let at = 0; at < ENOUGH; at += 1) checkpoints.note();

    await until(() => opened.pagesAtCommit() === 1000);

    assert.equal(existsSync(opened.file), false);
  });

  it(
    'need no thread in memory, where there is no log, nor once they are closed',
    LIMIT,
    async () => {
      using database = openNodeSqlite(':memory:');
      using opened = open();
      let begun = 0;
      const startThread = () => {
        begun += 1;
        return startBroken();
      };
      const [inMemory, closed] = [database, opened.database].map((it) =>
        createCheckpoints(it, startThread),
      );
      await closed?.close();

      for (let at = 0; at < 2 * ENOUGH; at += 1) {
        inMemory?.note();
        closed?.note();
      }

      assert.equal(begun, 0);
    },
  );

  it('stay with the commits on a SQLite that could lose them beside a thread', () => {
    const unsafe = ['3.7.0', '3.50.4', '3.51.2'];
    const safe = ['3.51.3', '3.53.4', '3.100.0', '4.0.0'];

    assert.deepEqual([...unsafe, ...safe].filter(isSafe), safe);
  });

  it('are made of a store, and no log is left when it is closed', LIMIT, async () => {
    using folder = createTemporaryFolder('checkpoints');
    const file = join(folder.path, 'store.db');
    const { runTransaction, close } = await openSqlite(file);
    const before = statSync(file).size;

    for (let at = 0; statSync(file).size === before; at += 1)
      await runTransaction((db) =>
        db
          .insertInto('mark')
          .values({ key: `${at}`, value: 'x'.repeat(at < 10 ? 5000 : 1) })
          .execute(),
      );

    // A commit would have waited for more.
    assert.ok(statSync(`${file}-wal`).size < 1000 * 4096);
    await close();
    assert.equal(existsSync(`${file}-wal`), false);
  });

  it('keep no process that ends without closing', LIMIT, async () => {
    using folder = createTemporaryFolder('checkpoints');
    const args = [WRITER, join(folder.path, 'left.db'), '0', `${ENOUGH + 50}`];

    const [code] = await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit');

    assert.equal(code, 0);
  });

  it('cut at any instant, everything that was committed is there', LIMIT, async () => {
    using folder = createTemporaryFolder('checkpoints');
    const file = join(folder.path, 'killed.db');
    let last = 0;
    for (const after of [ENOUGH + 50, 800 + Math.floor(Math.random() * 400), 1500]) {
      last = await writeUntilKilled(file, { from: last, after });

      using database = openNodeSqlite(file);
      assert.deepEqual(
        { ...database.prepare('pragma integrity_check').get() },
        { integrity_check: 'ok' },
      );
      const found = database.prepare('select max(cast(value as integer)) as last from mark').get();
      assert.ok(Number(found?.last) >= last, `${found?.last} of ${last}`);
    }
  });
});

function open() {
  const folder = createTemporaryFolder('checkpoints');
  const file = join(folder.path, 'some.db');
  const database = openNodeSqlite(file);
  database.exec('create table written (number integer)');
  return {
    ...{ file, database },
    write: (number: number) => database.prepare('insert into written values (?)').run(number),
    count: () => database.prepare('select count(*) as n from written').get()?.n,
    /** The log beside it does not count. */
    sizeOfFile: () => statSync(file).size,
    pagesAtCommit: () => readPagesAtCommit(database),
    [Symbol.dispose]() {
      database.close();
      folder[Symbol.dispose]();
    },
  };
}

const readPagesAtCommit = (database: DatabaseSync) =>
  database.prepare('pragma wal_autocheckpoint').get()?.wal_autocheckpoint;

/** What never comes ends with the time limit of the test. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

const WRITER = fileURLToPath(new URL('checkpoint-writer.ts', import.meta.url));

/** Answers the last number that it said was committed. */
async function writeUntilKilled(
  file: string,
  { from, after }: { readonly from: number; readonly after: number },
): Promise<number> {
  const child = spawn(process.execPath, [WRITER, file, `${from}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let last = from;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last === from + after) child.kill('SIGKILL');
  }
  const [, signal] = await ended;
  assert.equal(signal, 'SIGKILL');
  return last;
}
