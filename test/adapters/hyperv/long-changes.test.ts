/** Changes that take long, as guests do that shut down: they take the places on a host, and not all of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findOne,
  newCall,
  patience,
  readAll,
  toRef,
} from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

const FOR_EVER_MS = 3_600_000;

describe('changes that take long on one host', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  it('H09 leave a place to what reads', async () => {
    const takesMs = { 'Suspend-VM': FOR_EVER_MS };
    await using opened = await open({ estate: 'single', takesMs, config: { concurrency: 2 } });
    const { connection } = opened;
    const all = await readAll(connection);
    const web = toRef(connection, findOne(all, 'vm', 'web-01'));
    const other = toRef(connection, findOne(all, 'vm', 'no-guest-01'));

    assert.ok(await connection.power?.pause?.(web, newCall()));
    const waiting = connection.power?.pause?.(other, newCall()) ?? assert.fail();
    const refused = assert.rejects(waiting, { code: 'no_answer', end: 'not_started' });

    assert.ok(await connection.estate.read(web, patience()));
    await refused;
    assert.ok(await connection.estate.read(other, patience()));
  });
});
