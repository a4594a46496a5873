/** VMs in maintenance, and what each was before. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VmMaintenance } from '#core/ports/vm-maintenance.ts';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS } from './store-samples.ts';
import { on } from './store-trial.ts';

const newMaintenance = (
  vmId: string,
  changes: Partial<VmMaintenance> = {},
): Omit<VmMaintenance, 'beganAt'> => ({
  ...{ vmId, connectionId: 'vc1', jobId: 'j1', isOffNetwork: true, isSaved: false },
  was: {
    power: 'on',
    nics: [
      { key: 'k1', label: 'NIC 1', isOff: false, networkIdentity: 'n1', networkName: 'office' },
      { key: 'k2', label: 'NIC 2', isOff: true, vlan: 0 },
    ],
  },
  ...changes,
});

export function describeVmMaintenance(open: OpenContractStore): void {
  describe('VMs in maintenance', () => {
    it(
      'are remembered as they were, each for itself, since the database’s now',
      on(open, async (store) => {
        const first = newMaintenance('v1');
        const second = newMaintenance('v2', { isOffNetwork: false, isSaved: true });
        const began = await store.transact(async (tx) => {
          await tx.vmMaintenance.remember(first);
          await tx.vmMaintenance.remember(second);
          return tx.now;
        });

        const both = await store.read((reads) => reads.vmMaintenance.list(['v2', 'v3', 'v1']));
        const one = await store.read((reads) => reads.vmMaintenance.list(['v2']));

        assert.deepEqual(both, [
          { ...first, beganAt: began },
          { ...second, beganAt: began },
        ]);
        assert.deepEqual(one, [{ ...second, beganAt: began }]);
        assert.deepEqual(await store.read((reads) => reads.vmMaintenance.list([])), []);
      }),
    );

    it(
      'keep what was remembered first: the second would be what maintenance made of it',
      on(open, async (store) => {
        const first = newMaintenance('v1');
        const later = newMaintenance('v1', { jobId: 'j2', was: { power: 'off', nics: [] } });
        await store.transact((tx) => tx.vmMaintenance.remember(first));

        await store.transact((tx) => tx.vmMaintenance.remember(later));

        const [kept] = await store.read((reads) => reads.vmMaintenance.list(['v1']));
        assert.deepEqual([kept?.jobId, kept?.was], ['j1', first.was]);
      }),
    );

    it(
      'are forgotten alone, and may be remembered anew',
      on(open, async (store) => {
        await store.transact(async (tx) => {
          for (const id of ['v1', 'v2']) await tx.vmMaintenance.remember(newMaintenance(id));
        });

        await store.transact((tx) => tx.vmMaintenance.delete('v1'));
        await store.transact((tx) => tx.vmMaintenance.delete('none'));

        const left = await store.read((reads) => reads.vmMaintenance.list(['v1', 'v2']));
        assert.deepEqual(
          left.map(({ vmId }) => vmId),
          ['v2'],
        );
        await store.transact((tx) =>
          tx.vmMaintenance.remember(newMaintenance('v1', { jobId: 'j9' })),
        );
        const [anew] = await store.read((reads) => reads.vmMaintenance.list(['v1']));
        assert.equal(anew?.jobId, 'j9');
      }),
    );

    it(
      'are not remembered by a transaction that does not end',
      on(open, async (store) => {
        const cut = store.transact(async (tx) => {
          await tx.vmMaintenance.remember(newMaintenance('v1'));
          throw new Error('cut');
        });

        await assert.rejects(cut, /cut/);

        assert.deepEqual(await store.read((reads) => reads.vmMaintenance.list(['v1'])), []);
      }),
    );

    it(
      'keep names as platforms show them',
      on(open, async (store) => {
        const nics = Object.entries(HARD_TEXTS).map(([key, label]) => ({
          ...{ key, label, isOff: false, networkName: label },
        }));
        const kept = newMaintenance('v1', { was: { power: 'on', nics } });

        await store.transact((tx) => tx.vmMaintenance.remember(kept));

        const [stored] = await store.read((reads) => reads.vmMaintenance.list(['v1']));
        assert.deepEqual(stored?.was.nics, nics);
      }),
    );
  });
}
