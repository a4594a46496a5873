/** One connection kept in sync with a scripted platform, on a real store. */
import { acceptHold } from '#core/inventory/connection-hold.ts';
import { createEstateFeed, type EstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex, type EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject, Observed } from '#core/inventory/estate-object.ts';
import type { Reconciled } from '#core/inventory/reconcile.ts';
import { keepInSync } from '#core/inventory/sync-connection.ts';
import type { ConnectionState } from '#core/ports/connection-states.ts';
import type { Store, Tx } from '#core/ports/store.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { createRest, type Rest } from './rest.ts';
import { createScriptedPlatform, type ScriptedPlatform } from './scripted-connection.ts';

export interface OpenSync extends AsyncDisposable {
  readonly store: Store;
  readonly index: EstateIndex;
  readonly feed: EstateFeed;
  readonly platform: ScriptedPlatform;
  readonly rest: Rest;
  /** What it waited for between its tries, in milliseconds. */
  readonly pauses: readonly number[];
  readonly reconciled: readonly Reconciled[];
  /** Called in the transaction that writes what changed; it may throw. */
  onReconciled: (tx: Tx) => Promise<void>;
  /** Lets so much time go by on the monotonic clock. */
  elapse(ms: number): void;
  /** Ends a hold as an administrator does. */
  accept(): Promise<void>;
  /** Lets the loop run until it stands still again. */
  goOn(): Promise<string>;
  state(): Promise<ConnectionState | undefined>;
  vm(handle: string): EstateObject<'vm'> | undefined;
  auditEvents(event: string): Promise<unknown[]>;
}

export async function openSync(...objects: readonly Observed[]): Promise<OpenSync> {
  const opened = await openTestStore(() => ({ enqueue: async () => undefined }));
  const { store } = opened;
  const index = createEstateIndex();
  const rest = createRest();
  const platform = createScriptedPlatform(rest);
  platform.put(...objects);
  const pauses: number[] = [];
  let elapsedMs = 0;
  const clock = {
    elapsedMs: () => elapsedMs,
    async pause(ms: number, signal: AbortSignal) {
      pauses.push(ms);
      await rest.wait('pause', signal);
    },
  };
  const reconciled: Reconciled[] = [];
  const opening = { onReconciled: async (_tx: Tx) => {} };
  const onReconciled = async (tx: Tx, one: Reconciled) => {
    reconciled.push(one);
    await opening.onReconciled(tx);
  };
  const stopping = new AbortController();
  const feed = createEstateFeed(store, index);
  const onError = (error: unknown) => {
    throw error;
  };
  const options = { store, index, feed, clock, onError, onReconciled };
  const running = keepInSync(options, platform.connection, stopping.signal);
  await rest.arrived();
  const state = () => store.read((reads) => reads.connections.find('vc'));
  return Object.assign(opening, {
    ...{ store, index, feed, platform, rest, pauses, reconciled, state },
    elapse(ms: number) {
      elapsedMs += ms;
    },
    async accept() {
      await store.transact(async (tx) => {
        const known = await tx.connections.find('vc');
        if (known) await acceptHold(tx, known);
      });
    },
    async goOn() {
      rest.goOn();
      return rest.arrived();
    },
    vm: (handle: string) => index.byHandle('vc', 'vm', handle),
    async auditEvents(event: string) {
      const rows = await store.read((reads) => reads.audit.list({ event, limit: 10_000 }));
      return rows.map(({ body }) => JSON.parse(body).facts);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
      await opened[Symbol.asyncDispose]();
    },
  });
}
