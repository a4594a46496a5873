/** `/healthz` and `/metrics`: whether Drover works, and how much. */
import type { Registry } from 'prom-client';
import type { ConnectionState } from '#core/ports/connection-states.ts';
import type { House } from './house.ts';

export interface Metrics {
  healthz(): Promise<{ readonly ok: boolean } & Readonly<Record<string, unknown>>>;
  metrics(): Promise<string>;
}

export function createMetrics(house: House): Metrics {
  const { store, version } = house;
  let registry: Promise<Registry> | undefined;
  return {
    async healthz() {
      const known = await store.read(({ connections }) => connections.list());
      const states = new Map(known.map((state) => [state.id, toHealth(state)]));
      // One that was never read has no state.
      const ids = [...house.connections.keys(), ...states.keys()];
      const connections = Object.fromEntries(
        ids.map((id) => [id, states.get(id) ?? 'not_read_yet']),
      );
      return { ok: true, version, connections };
    },
    async metrics() {
      registry ??= createRegistry(house);
      return (await registry).metrics();
    },
  };
}

function toHealth({ holdCode, failingSince, syncedAt }: ConnectionState): string {
  if (holdCode) return 'on_hold';
  if (failingSince) return 'not_answering';
  return syncedAt ? 'ok' : 'not_read_yet';
}

/** Loaded when first asked for: who starts Drover does not wait for it. */
async function createRegistry({ store, index }: House): Promise<Registry> {
  const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'drover_' });
  const gauge = (name: string, help: string, read: () => Promise<number> | number) =>
    new Gauge({
      ...{ name: `drover_${name}`, help, registers: [registry] },
      async collect() {
        this.set(await read());
      },
    });
  gauge('open_jobs', 'Jobs that have not ended', () =>
    store.read(
      async ({ jobs }) =>
        (await jobs.list({ states: ['starting', 'running'], limit: 10_000 })).length,
    ),
  );
  gauge('open_requests', 'Requests that wait for a decision', () =>
    store.read(
      async ({ requests }) => (await requests.list({ states: ['open'], limit: 10_000 })).length,
    ),
  );
  gauge('dead_destinations', 'Conversations in chats that take no messages any more', () =>
    store.read(async ({ destinations }) => (await destinations.listDead(10_000)).length),
  );
  gauge('vms', 'VMs that are known', () => index.count('vm'));
  return registry;
}
