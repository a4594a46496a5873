/** What is not an answer is no absence (H09), whoever says it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findOne, patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

describe('a VM of which something is not found', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  for (const cmdlet of ['Get-VMHardDiskDrive', 'Get-VMSnapshot'])
    it(`H09 is not gone while its host’s service stops: ${cmdlet}`, async () => {
      await using opened = await open({ estate: 'single' });
      const { connection, site } = opened;
      const { handle } = findOne(await readAll(connection), 'vm', 'web-01');
      const error = { id: 'ObjectNotFound', category: 'ObjectNotFound', message: 'not found' };
      site.requireHost('hv-1').faults.add({ cmdlet, kind: 'refuse', error });

      await assert.rejects(connection.estate.read({ kind: 'vm', handle }, patience()), {
        code: 'host_unavailable',
      });
      assert.ok(await connection.estate.read({ kind: 'vm', handle }, patience()));
    });
});
