/**
 * How long a change on a vCenter takes to reach the estate index: 1,000 power changes at 5,000 VMs, made by another user.
 *
 * Goal: 99 of 100 within a second. No peer: it is a lag, not a rate.
 */
import { createClock } from '#adapters/machine/clock.ts';
import { VcenterConfig } from '#adapters/vmware/config.ts';
import { createVcenter } from '#adapters/vmware/vcenter.ts';
import { createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import { keepInSync } from '#core/inventory/sync-connection.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { startVcsim } from '#test/helpers/peers/vcsim.ts';
import { type BenchResult, toPercentile } from './bench-result.ts';

const CHANGES = 1000;
const EVERY_MS = 20;
const GOAL_MS = 1000;

export async function run(): Promise<BenchResult> {
  await using vcsim = await startVcsim({ clusters: 25, hostsPerCluster: 10, vmsPerCluster: 200 });
  await using opened = await openTestStore(() => ({ enqueue: async () => {} }));
  const { url, user, password, thumbprint } = vcsim;
  const connection = createVcenter(
    VcenterConfig.parse({ id: 'bench', kind: 'vcenter', url, user, password, thumbprint }),
  );
  const index = createEstateIndex();
  const applied = watchIndex(index);
  const feed = createEstateFeed(opened.store, applied.index);
  const ending = new AbortController();
  const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`);
  const options = {
    store: opened.store,
    index: applied.index,
    feed,
    clock: createClock(),
    onError,
  };
  const syncing = keepInSync(options, connection, ending.signal);
  await applied.until(() => index.count('vm') === 5000);
  const all = [...index.all('vm')];
  await untilFollowing(all.filter((_, at) => at % 500 === 250));
  const vms = all.slice(0, CHANGES);
  const lags = await Promise.all(vms.map((vm, at) => changeAfter(at * EVERY_MS, vm)));

  async function changeAfter(delayMs: number, vm: (typeof vms)[number]): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const wish = index.get('vm', vm.id)?.body.power === 'on' ? 'off' : 'on';
    const seen = applied.until(() => index.get('vm', vm.id)?.body.power === wish);
    const method = wish === 'on' ? 'PowerOnVM_Task' : 'PowerOffVM_Task';
    await vcsim.control('as', { user: 'somebody', method, this: vm.handle });
    const changedAt = performance.now();
    await seen;
    return Math.max(0, performance.now() - changedAt);
  }

  /** The first round tells everything once more; it is over when changes all over the estate come by themselves. */
  async function untilFollowing(probes: typeof all): Promise<void> {
    for (let inTime = 0; inTime < 2 * probes.length; ) {
      const lagMs = await changeAfter(0, probes[inTime % probes.length] as (typeof all)[number]);
      inTime = lagMs <= GOAL_MS ? inTime + 1 : 0;
    }
  }

  ending.abort();
  await syncing;
  await connection.close();
  const p99 = toPercentile(lags, 0.99);
  return {
    ...{
      bench: 'vsphere-updates',
      ours: p99,
      peer: null,
      ratio: null,
      goal: GOAL_MS,
      ok: p99 <= GOAL_MS,
    },
    details: {
      p50Ms: toPercentile(lags, 0.5),
      p99Ms: p99,
      longestMs: toPercentile(lags, 1),
      changes: CHANGES,
    },
  };
}

/** The same index, telling whoever waits for something each time it learned. */
function watchIndex(index: ReturnType<typeof createEstateIndex>) {
  const waiting = new Set<() => void>();
  return {
    index: {
      ...index,
      apply(objects: Parameters<typeof index.apply>[0]) {
        index.apply(objects);
        for (const look of waiting) look();
      },
    },
    until(isSo: () => boolean): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          if (!isSo()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
  };
}
