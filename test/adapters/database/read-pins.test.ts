/** Pins as `drover doctor` reads them: beside a running Drover, and where there is none yet. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createReadPins } from '#adapters/database/read-pins.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openPinned } from '../../bot/open-pinned.ts';

const PIN = { source: 'lab', name: 'web-team', groupId: 'S-1-1', configKey: 'roles.web.members' };

async function readAs(url: string, readUrl: string) {
  await using pinned = await openPinned({ databaseUrl: url });
  await pinned.store.transact((tx) => tx.groupPins.insert(PIN));
  const [stored] = await pinned.listPins();
  const read = createReadPins(readUrl);
  return { stored, found: await read('lab'), others: await read('dc=corp') };
}

describe('pins, read only', () => {
  it('H28 are those of a running Drover on SQLite; a file that is not there has none, and is not made', async () => {
    using folder = createTemporaryFolder('read-pins');
    const file = `${folder.path}/drover.db`;
    assert.deepEqual(await createReadPins(`sqlite:${file}`)('lab'), []);
    assert.deepEqual(readdirSync(folder.path), []);

    const { stored, found, others } = await readAs(`sqlite:${folder.path}/`, `sqlite:${file}`);

    assert.deepEqual([found, others], [[stored], []]);
    assert.deepEqual(await createReadPins(`sqlite:${file}`)('lab'), [stored]);
    assert.deepEqual(readdirSync(folder.path), ['drover.db']);
  });
});

describe('pins, read only', needsPeer('postgres'), () => {
  it('H28 are those of PostgreSQL, where an empty database has none', async () => {
    await using server = await startPostgres();
    const url = await server.createDatabase();
    assert.deepEqual(await createReadPins(url)('lab'), []);

    const { stored, found } = await readAs(url, url);

    assert.deepEqual(found, [stored]);
  });
});
