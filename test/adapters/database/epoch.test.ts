import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { openStore } from '#adapters/database/database.ts';
import {
  compareEpoch,
  createEpoch,
  EPOCH_MARK,
  readEpochMark,
  writeEpochMark,
} from '#adapters/database/epoch.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

describe('epoch (H37)', () => {
  it('is made with the database and stays the same', async () => {
    using folder = createTemporaryFolder('epoch');

    const first = await readEpoch(folder.path);
    assert.equal(compareEpoch(first, await readEpochMark(folder.path)), 'first_start');
    await writeEpochMark(folder.path, first.value);
    const second = await readEpoch(folder.path);

    assert.deepEqual(second, { value: first.value, isNew: false });
    assert.equal(compareEpoch(second, await readEpochMark(folder.path)), 'same');
    assert.deepEqual(readdirSync(folder.path).toSorted(), ['drover.db', 'epoch']);
  });

  it('differs after a restore, a move and a loss', async () => {
    using folder = createTemporaryFolder('epoch');
    using elsewhere = createTemporaryFolder('epoch');
    const first = await readEpoch(folder.path);
    await writeEpochMark(folder.path, first.value);
    const compare = async (path: string) =>
      compareEpoch(await readEpoch(path), await readEpochMark(path));

    cpSync(`${folder.path}/drover.db`, `${elsewhere.path}/drover.db`);
    assert.equal(await compare(elsewhere.path), 'differs');
    await renew(folder.path);
    assert.equal(await compare(folder.path), 'differs');
    rmSync(`${folder.path}/drover.db`);
    assert.equal(await compare(folder.path), 'differs');
  });
});

/** As a restore does. */
async function renew(path: string): Promise<void> {
  const { store, close } = await open(path);
  await store.transact((tx) => tx.setMark(EPOCH_MARK, createEpoch()));
  await close();
}

async function readEpoch(path: string) {
  const { epoch, close } = await open(path);
  await close();
  return epoch;
}

function open(path: string) {
  const config = { url: `sqlite:${path}/`, connections: 2 };
  return openStore(config, { createQueue: async () => ({ enqueue: async () => {} }) });
}
