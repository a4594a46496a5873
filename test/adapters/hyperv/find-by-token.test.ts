/** What a look for a token concludes from answers that do not fit together (H09). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findByToken } from '#adapters/hyperv/find-by-token.ts';
import type { ProvisioningParts } from '#adapters/hyperv/provisioning.ts';
import type { RemoteRun } from '#adapters/hyperv/remote-scripts.ts';
import { patience } from '#test/contracts/connection-contract-actors.ts';

const FOUND = {
  ...{ vmId: '00000000-0000-4000-8000-000000000001', name: 'web', state: 'Off' },
  ...{ inNotes: true, inPath: true, isClustered: true },
};

describe('a look for a token', () => {
  it('H09 cannot tell of a VM that is elsewhere a moment later', async () => {
    const run = async ({ onLine }: RemoteRun) => {
      const v = { vms: [FOUND], isRunning: false, hasFolder: true };
      for (const record of [
        { t: 'out', v },
        { t: 'end', v: true },
      ])
        onLine({ stream: 'stdout', text: `\u001e${JSON.stringify(record)}` });
      return { exitCode: 0 };
    };
    const host = { host: 'a', scripts: { run, close: async () => undefined } };
    const parts = {
      runs: { find: () => undefined },
      hosts: { all: [host], recall: () => ({ ...host, identity: { hostId: 'id-a' } }) },
      estate: { read: async () => undefined },
    } as unknown as ProvisioningParts;

    const look = await findByToken(parts, { token: 'job/step', signal: patience() });

    assert.deepEqual(look, { found: 'cannot_tell' });
  });
});
