/** A vCenter of its own for a test, our connection to it, and a proxy in between where the network is to fail. */
import type { z } from 'zod';
import { VcenterConfig } from '#adapters/vmware/config.ts';
import { createVcenter } from '#adapters/vmware/vcenter.ts';
import type { ObjectKind, ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import type { Call, CloneRequest, Connection, TaskRef } from '#core/ports/connection.ts';
import { type FaultProxy, startFaultProxy } from '#test/helpers/peers/fault-proxy.ts';
import { startVcsim, type Vcsim, type VcsimOptions } from '#test/helpers/peers/vcsim.ts';
import { SMALL_ESTATE } from './small-estate.ts';

export const GIB = 2 ** 30;

export interface OpenedVcenter extends AsyncDisposable {
  readonly vcsim: Vcsim;
  readonly proxy: FaultProxy;
  readonly connection: Connection;
  readonly power: NonNullable<Connection['power']>;
  readonly provisioning: NonNullable<Connection['provisioning']>;
  readonly migration: NonNullable<Connection['migration']>;
  readonly maintenance: NonNullable<Connection['maintenance']>;
  readonly tasks: NonNullable<Connection['tasks']>;
}

type ConfigChange = Partial<z.input<typeof VcenterConfig>>;

/** For a server that says nothing: a short wait, and long enough for whatever a busy machine does answer. */
export const HASTY: ConfigChange = { answerTimeoutMs: 2_000 };

/** By default with the small estate. */
export async function openVcenter(
  options: VcsimOptions & { readonly config?: ConfigChange } = {},
): Promise<OpenedVcenter> {
  const { config, ...vcsimOptions } = options;
  await using opening = new AsyncDisposableStack();
  const vcsim = opening.use(await startVcsim({ estate: SMALL_ESTATE, ...vcsimOptions }));
  const upstream = { upstream: vcsim.url, upstreamCaPem: vcsim.caPem };
  const proxy = opening.use(await startFaultProxy(upstream));
  const connection = connectTo(proxy, vcsim, config);
  const { power, provisioning, migration, maintenance, tasks } = connection;
  if (!power || !provisioning || !migration || !maintenance || !tasks)
    throw new Error('a facet is missing');
  opening.defer(() => connection.close());
  const all = opening.move();
  return {
    vcsim,
    proxy,
    connection,
    power,
    provisioning,
    migration,
    maintenance,
    tasks,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A further connection, of its own session. */
export function connectTo(
  server: { readonly url: string; readonly caPem: string },
  { user, password }: { readonly user: string; readonly password: string },
  config: ConfigChange = {},
): Connection {
  const parsed = VcenterConfig.parse({
    ...{ id: 'vc-1', kind: 'vcenter', url: server.url, user, password, caFile: 'ca.pem' },
    ...{ waitSeconds: 2, ...config },
  });
  return createVcenter(parsed, { readFile: () => server.caPem });
}

export function patience(): AbortSignal {
  return AbortSignal.timeout(30_000);
}

export function newCall(changed: Partial<Call> = {}): Call {
  return { stepToken: crypto.randomUUID(), signal: patience(), onProgress() {}, ...changed };
}

export async function readAll({ estate }: Connection): Promise<readonly Observed[]> {
  const all: Observed[] = [];
  await estate.snapshot(async (page) => {
    all.push(...page);
  }, patience());
  return all;
}

export type ObservedOf<K extends ObjectKind> = Extract<Observed, { kind: K }>;

export function findByHandle<K extends ObjectKind>(
  all: readonly Observed[],
  kind: K,
  handle: string,
): ObservedOf<K> {
  const found = all.filter((it) => it.kind === kind && it.handle === handle);
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${handle}`);
  return found[0] as ObservedOf<K>;
}

export function toRef({ kind, handle, identity }: Observed): ObjectRef {
  return { connectionId: 'vc-1', kind, handle, identity: identity ?? '' };
}

export async function readVm(
  { connection }: OpenedVcenter,
  handle: string,
): Promise<ObservedOf<'vm'> | undefined> {
  const read = await connection.estate.read({ kind: 'vm', handle }, patience());
  return read as ObservedOf<'vm'> | undefined;
}

export async function refVm(opened: OpenedVcenter, handle: string): Promise<ObjectRef> {
  const vm = await readVm(opened, handle);
  if (!vm) throw new Error(`no VM ${handle}`);
  return toRef(vm);
}

/** A host, a datastore: what has one handle in the whole estate. */
export async function refPart(
  { connection }: OpenedVcenter,
  kind: 'host' | 'datastore',
  handle: string,
): Promise<ObjectRef> {
  const found = await connection.estate.read({ kind, handle }, patience());
  if (!found) throw new Error(`no ${kind} ${handle}`);
  return toRef(found);
}

/** Asks again until the answer fits: what happens on the platform in the meantime is not ours. */
export async function untilSeen<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
): Promise<T> {
  const until = patience();
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    until.throwIfAborted();
    await new Promise(setImmediate);
  }
}

/** Sends a change and waits for its end. */
export async function carryOut(
  { tasks }: OpenedVcenter,
  send: (call: Call) => Promise<TaskRef | undefined>,
  call: Call = newCall(),
): Promise<void> {
  const task = await send(call);
  if (task !== undefined) await tasks.follow(task, call);
}

/** A clone of the small estate's template onto esx3 that vCenter can carry out as it stands. */
export async function newCloneRequest(
  { connection }: OpenedVcenter,
  changed: Partial<CloneRequest> & { readonly name: string },
): Promise<CloneRequest> {
  const all = await readAll(connection);
  const ref = <K extends ObjectKind>(kind: K, handle: string) =>
    toRef(findByHandle(all, kind, handle));
  const root = all.find((it) => it.kind === 'folder' && it.body.path === '/');
  if (!root) throw new Error('no root folder');
  return {
    template: ref('template', 'vm-1101'),
    folder: toRef(root),
    host: ref('host', 'host-1003'),
    datastore: ref('datastore', 'datastore-1011'),
    cpus: 2,
    memoryBytes: 4 * GIB,
    ...changed,
  };
}
