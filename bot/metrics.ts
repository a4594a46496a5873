/** `/healthz` and `/metrics`: whether Drover works, and how much. */
import type { Registry } from 'prom-client';
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
      const states = await store.read(({ connections }) => connections.list());
      const connections = Object.fromEntries(
        states.map(({ id, holdCode, failingSince }) => [
          id,
          holdCode ? 'on_hold' : failingSince ? 'not_answering' : 'ok',
        ]),
      );
      return { ok: true, version, connections };
    },
    async metrics() {
      registry ??= createRegistry(house);
      return (await registry).metrics();
    },
  };
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
