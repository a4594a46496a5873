/** A slow inventory that the host refuses is no host that is away. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed } from '#core/inventory/estate-object.ts';
import { patience } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv, type OpenedHyperv } from './open-hyperv.ts';

/** As where a VM is deleted between two cmdlets. */
const GONE = {
  cmdlet: 'Get-VMHardDiskDrive',
  kind: 'refuse',
  error: { id: 'ObjectNotFound', category: 'ObjectNotFound', message: 'no such VM' },
} as const;

describe('the slow tier', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  /** What is told once a VM was added: that makes the slow tier due. */
  async function seeAfterFaults({ site, connection }: OpenedHyperv, faults: number) {
    const mark = await connection.estate.snapshot(async () => undefined, patience());
    for (let at = 0; at < faults; at += 1) site.hosts[0]?.faults.add(GONE);
    site.world.addVm('hv-1', 'new-01');
    const seen: Observed[] = [];
    const end = new AbortController();
    await connection.estate.changes(
      mark,
      async (changes) => {
        seen.push(...changes.flatMap((it) => (it.change === 'seen' ? [it.object] : [])));
        if (seen.some((it) => it.kind === 'vm' && it.body.name === 'new-01' && !it.body.unreadable))
          end.abort();
      },
      AbortSignal.any([end.signal, patience()]),
    );
    assert.ok(end.signal.aborted, 'the new VM was never read whole');
    return seen;
  }

  for (const faults of [1, 2]) {
    it(`that was refused ${faults} times is asked again, and nobody is taken for away meanwhile`, async () => {
      await using opened = await open({ estate: 'single' });

      const seen = await seeAfterFaults(opened, faults);

      for (const { kind, body } of seen) {
        if (kind === 'host') assert.equal(body.unreadable, undefined);
        if (kind === 'vm') assert.ok(body.isReachable, body.name);
      }
    });
  }
});
