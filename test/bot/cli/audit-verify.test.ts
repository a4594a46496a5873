import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createReadAudit } from '#adapters/database/read-audit.ts';
import { createAnchorFile } from '#adapters/machine/anchor-file.ts';
import { acquireProcessLock } from '#adapters/machine/process-lock.ts';
import { verifyAudit } from '#bot/cli/audit-verify.ts';
import { sealEvents } from '#core/audit/seal.ts';
import { openAudit } from '#test/core/audit/open-audit.ts';
import { startMutePostgres } from '#test/helpers/peers/mute-postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const at = new Date('2027-01-04T10:00:00.000Z');

function openFolder() {
  const folder = createTemporaryFolder('verify', inMemory);
  const dataFolder = join(folder.path, 'data');
  mkdirSync(dataFolder);
  const database = join(dataFolder, 'drover.db');
  const anchor = createAnchorFile({ file: join(folder.path, 'anchors'), dataFolder });
  return {
    ...{ dataFolder, database, anchor, anchorFile: join(folder.path, 'anchors') },
    open: () => openAudit(`sqlite:${database}`),
    async verify(url = `sqlite:${database}`, connectTimeoutMs?: number) {
      const lines: string[] = [];
      const stdout = new Writable({
        write(chunk, _encoding, done) {
          lines.push(`${chunk}`.trimEnd());
          done();
        },
      });
      return {
        code: await verifyAudit({
          readAudit: createReadAudit(url, connectTimeoutMs),
          anchor,
          stdout,
        }),
        lines,
      };
    },
    run(statement: string) {
      using db = new DatabaseSync(database);
      db.exec(statement);
    },
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}
type Folder = ReturnType<typeof openFolder>;

/** Twelve sealed events, of which the tenth and the last are anchored. */
async function fill(folder: Folder): Promise<string> {
  await using audit = await folder.open();
  for (const count of [10, 2]) {
    await audit.write(...Array.from({ length: count }, (_, index) => index));
    const head = await sealEvents(audit.store, () => setImmediate());
    assert.ok(head);
    await folder.anchor.append({ ...head, at });
  }
  const head = await audit.store.read((reads) => reads.audit.findHead());
  return `${head?.hash.slice(0, 12)}…`;
}

describe('drover audit verify', () => {
  it('H38 says in one line that all is valid', async () => {
    using folder = openFolder();
    const head = await fill(folder);

    const { code, lines } = await folder.verify();

    const line = `audit: 12 events, chain valid, 2 anchors agree, head ${head}`;
    assert.deepEqual({ code, lines }, { code: 0, lines: [line] });
  });

  it('says how it stands with nothing to verify', async () => {
    using folder = openFolder();
    await (await folder.open())[Symbol.asyncDispose]();

    const { code, lines } = await folder.verify();

    assert.deepEqual([code, lines], [0, ['audit: 0 events, chain valid, no anchor']]);
  });

  it('H38 names each fault with its row', async () => {
    using folder = openFolder();
    await fill(folder);
    folder.run(`update audit_event set body = body || ' ' where chain_index = 3;
      delete from audit_event where chain_index in (5, 6, 11, 12);
      update audit_event set event = 'x' where chain_index = 8;
      update audit_event set chain_index = -4 where chain_index = 9`);
    writeFileSync(folder.anchorFile, 'hello\n', { flag: 'a' });

    const { code, lines } = await folder.verify();

    assert.equal(code, 1);
    assert.deepEqual(lines.slice(1), [
      "row 9: inserted; it calls itself event -4, which is no place in the chain or another row's.",
      'event 3 (row 3): changed since it was sealed, or the one before it was changed and sealed anew.',
      'events 5 to 6: removed; nothing proves event 7 any more.',
      'event 8 (row 8): whole, but filed under another event, request or job than it tells of.',
      'event 9: removed; nothing proves event 10 any more.',
      'after event 10: cut off; event 12 was there at 2027-01-04T10:00:00.000Z. An older copy that was put back looks the same.',
      'anchor line 3: not written by Drover.',
    ]);
    assert.match(lines[0] ?? '', /^audit: 10 events, NOT valid: 7 faults, 1 anchor agrees, head /);
  });

  it('names a wrong anchor, and a whole chain that was made anew', async () => {
    using folder = openFolder();
    await fill(folder);
    await folder.anchor.append({ at, chainIndex: 4, hash: 'a'.repeat(64) });

    const { code, lines } = await folder.verify();

    assert.equal(code, 1);
    assert.match(lines[1] ?? '', /^event 4: not the one that was anchored at 2027-01-04T10:00/);
  });

  it('shows the first hundred faults and counts the others', async () => {
    using folder = openFolder();
    {
      await using audit = await folder.open();
      await audit.write(...Array.from({ length: 3000 }, (_, index) => index));
      await sealEvents(audit.store, () => setImmediate());
    }
    folder.run('delete from audit_event where chain_index % 2 = 0');

    const { lines } = await folder.verify();

    assert.equal(lines.length, 102);
    assert.equal(lines.at(-1), 'and 1,399 more faults.');
  });

  it('names what is not sealed yet and a torn anchor line, and calls neither a fault', async () => {
    using folder = openFolder();
    const head = await fill(folder);
    {
      await using audit = await folder.open();
      await audit.write(1, 2, 3);
    }
    writeFileSync(folder.anchorFile, '2027-01-04T1', { flag: 'a' });

    const { code, lines } = await folder.verify();

    assert.equal(code, 0);
    assert.deepEqual(lines, [
      `audit: 12 events, chain valid, 2 anchors agree, 3 not sealed yet, head ${head}`,
      'note: anchor line 3 was cut off while it was written; the others count.',
    ]);
  });

  it('H38 works beside a running Drover, and writes nothing', async () => {
    using folder = openFolder();
    await fill(folder);
    const lock = acquireProcessLock(folder.dataFolder);
    await using audit = await folder.open();
    await audit.write('in the log, not in the file');
    await sealEvents(audit.store, () => setImmediate());
    const before = toBytes(folder);

    const verified = await folder.verify();

    assert.match(verified.lines[0] ?? '', /^audit: 13 events, chain valid, 2 anchors agree, head /);
    assert.deepEqual(toBytes(folder), before);
    await audit.write('Drover goes on');
    lock.release();
  });

  it('leaves a folder at rest as it is', async () => {
    using folder = openFolder();
    await fill(folder);
    const before = readdirSync(folder.dataFolder);

    await folder.verify();

    assert.deepEqual(before, ['drover.db']);
    assert.deepEqual(readdirSync(folder.dataFolder), before);
  });

  it('says what it cannot read, and what to do', async () => {
    using folder = openFolder();
    const none = await folder.verify(`sqlite:${folder.dataFolder}/none.db`);
    const nowhere = await folder.verify(`sqlite:${folder.dataFolder}/no/drover.db`);
    const empty = join(folder.dataFolder, 'empty.db');
    writeFileSync(empty, '');
    const tables = await folder.verify(`sqlite:${empty}`);
    writeFileSync(folder.database, 'no database at all, just text'.repeat(100));
    const text = await folder.verify();
    const postgres = await folder.verify('postgresql://drover:secret@127.0.0.1:1/drover');

    const all = [none, nowhere, tables, text, postgres];
    assert.deepEqual(new Set(all.map(({ code }) => code)), new Set([2]));
    const { dataFolder, database } = folder;
    const remedy =
      'Name the data folder that it runs with, --data DIR, or its database in drover.yaml';
    assert.deepEqual(
      all.flatMap(({ lines }) => lines),
      [
        `audit: cannot be read: The file ${dataFolder}/none.db cannot be used: there is none, so no Drover has run here. ${remedy}.`,
        `audit: cannot be read: The data folder ${dataFolder}/no cannot be used: there is none. Name the one that Drover runs with: --data DIR.`,
        `audit: cannot be read: The file ${empty} cannot be used: it has none of Drover’s tables. ${remedy.replace('it', 'Drover')}.`,
        `audit: cannot be read: The file ${database} cannot be used: its database file is something else. Name the data folder that Drover runs with, --data DIR, or restore the file from a backup.`,
        'audit: cannot be read: The database drover on 127.0.0.1:1 cannot be used: no PostgreSQL listens there. Start it, or correct database.url in drover.yaml.',
      ],
    );
  });

  it('ends where PostgreSQL takes the connection and never answers', async () => {
    using folder = openFolder();
    await using silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    const sockets: Socket[] = [];
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;

    const url = `postgresql://drover@127.0.0.1:${port}/drover`;
    const { code, lines } = await folder.verify(url, 200);
    for (const socket of sockets) socket.destroy();

    assert.equal(code, 2);
    assert.deepEqual(lines, [
      `audit: cannot be read: The database drover on 127.0.0.1:${port} cannot be used: what listens there took the connection and did not answer in time. Look whether it is PostgreSQL and not stopped, or correct database.url in drover.yaml.`,
    ]);
  });

  it('ends where PostgreSQL lets it in and then answers nothing', async () => {
    using folder = openFolder();
    await using mute = await startMutePostgres();

    const { code, lines } = await folder.verify(mute.url, 200);

    assert.equal(code, 2);
    assert.match(
      lines.join(),
      /^audit: cannot be read: The database house on 127\.0\.0\.1:\d+ cannot be used: the server let Drover log in and then answered nothing in time\. /,
    );
  });
});

/** All but the shared memory, in which readers say that they are there. */
function toBytes({ dataFolder }: Folder) {
  const names = readdirSync(dataFolder).filter((name) => !/-shm$|^process\.lock$/.test(name));
  return names.map((name) => [name, readFileSync(join(dataFolder, name)).toString('base64')]);
}
