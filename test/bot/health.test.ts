/** What `/healthz` says of connections: one that was never read is no good news (H09). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { House } from '#bot/house.ts';
import { createMetrics } from '#bot/metrics.ts';
import type { Store } from '#core/ports/store.ts';

const AT = new Date(0);
const CALM = { holdCode: null, failingSince: null, syncedAt: AT };

async function readHealth(states: readonly object[]): Promise<unknown> {
  const connections = { list: async () => states };
  const store = { read: async (work: (reads: object) => unknown) => work({ connections }) };
  const configured = new Map(['vc', 'silent'].map((id) => [id, {}]));
  const house = { store: store as unknown as Store, version: '1', connections: configured };
  return (await createMetrics(house as unknown as House).healthz()).connections;
}

describe('the health of connections', () => {
  it('names each that is configured, read or not', async () => {
    assert.deepEqual(await readHealth([{ id: 'vc', ...CALM }]), {
      vc: 'ok',
      silent: 'not_read_yet',
    });
  });

  it('says how each stands, also one that is configured no more', async () => {
    const states = [
      { id: 'vc', ...CALM, holdCode: 'connection_changed' },
      { id: 'silent', ...CALM, failingSince: AT },
      { id: 'old', ...CALM, syncedAt: null },
    ];

    assert.deepEqual(await readHealth(states), {
      vc: 'on_hold',
      silent: 'not_answering',
      old: 'not_read_yet',
    });
  });
});
