/** What every part of the connection contract does over and over. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type ErrorCode, type ErrorEnd, OperationError } from '#core/errors.ts';
import type { ObjectKind, ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import type {
  Call,
  CloneRequest,
  Connection,
  EstateChange,
  EstateMark,
  TaskRef,
} from '#core/ports/connection.ts';
import type { OpenedConnection } from './connection-contract.ts';

export const GIB = 2 ** 30;
export type ObservedOf<K extends ObjectKind> = Extract<Observed, { kind: K }>;

/** No single thing in the contract may take longer; a test that hangs says where. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(60_000);
}

export function newCall(changed: Partial<Call> = {}): Call {
  return { stepToken: randomUUID(), signal: patience(), onProgress() {}, ...changed };
}

export async function readAll(connection: Connection): Promise<readonly Observed[]> {
  const all: Observed[] = [];
  await connection.estate.snapshot(async (page) => {
    all.push(...page);
  }, patience());
  return all;
}

/** Finds the one object of that name; a folder by its path. */
export function findOne<K extends ObjectKind>(
  all: readonly Observed[],
  kind: K,
  name: string,
): ObservedOf<K> {
  const found = all.filter(
    (it) => it.kind === kind && ('path' in it.body ? it.body.path : it.body.name) === name,
  );
  assert.equal(found.length, 1, `${found.length} objects of kind ${kind} are called ${name}`);
  return found[0] as ObservedOf<K>;
}

export async function findRef(
  { connection }: OpenedConnection,
  kind: ObjectKind,
  name: string,
): Promise<ObjectRef> {
  return toRef(connection, findOne(await readAll(connection), kind, name));
}

export function toRef(connection: Connection, object: Observed): ObjectRef {
  const { kind, handle, identity } = object;
  assert.ok(identity !== undefined, `${object.body.name} shows no identity`);
  return { connectionId: connection.id, kind, handle, identity };
}

export async function readVm(
  { connection }: OpenedConnection,
  handle: string,
): Promise<ObservedOf<'vm'> | undefined> {
  const found = await connection.estate.read({ kind: 'vm', handle }, patience());
  return found as ObservedOf<'vm'> | undefined;
}

/** Sends a change and waits for its end. */
export async function carryOut(
  { connection }: OpenedConnection,
  send: (call: Call) => Promise<TaskRef | undefined>,
  call: Call = newCall(),
): Promise<void> {
  const task = await send(call);
  if (task !== undefined) await connection.tasks?.follow(task, call);
}

/** Of the codes given, any will do. */
export async function assertFails(
  failing: Promise<unknown>,
  end: ErrorEnd,
  ...codes: readonly ErrorCode[]
): Promise<void> {
  await assert.rejects(failing, (error) => {
    assert.ok(error instanceof OperationError, `not an OperationError: ${error}`);
    assert.equal(error.end, end, `${error.code} has the wrong end`);
    if (codes.length > 0)
      assert.ok(codes.includes(error.code), `${error.code} is none of ${codes.join(', ')}`);
    return true;
  });
}

/** Follows changes until one fits. */
export async function untilChange(
  connection: Connection,
  mark: EstateMark,
  fits: (change: EstateChange) => boolean,
): Promise<void> {
  const done = new AbortController();
  let found = false;
  await connection.estate.changes(
    mark,
    async (changes) => {
      found ||= changes.some(fits);
      if (found) done.abort();
    },
    AbortSignal.any([done.signal, patience()]),
  );
  assert.ok(found, 'the change was never told');
}

export async function markNow(connection: Connection): Promise<EstateMark> {
  return connection.estate.snapshot(async () => {}, patience());
}

/** A request that the platform can carry out as it stands. */
export async function newCloneRequest(
  { connection, places }: OpenedConnection,
  name: string,
): Promise<CloneRequest> {
  const all = await readAll(connection);
  const ref = (kind: ObjectKind, called: string) => toRef(connection, findOne(all, kind, called));
  const first = findOne(all, 'template', places.template).body.disks[0]?.sizeBytes ?? 0;
  return {
    template: ref('template', places.template),
    name,
    folder: ref('folder', places.folder),
    host: ref('host', places.host),
    datastore: ref('datastore', places.datastore),
    network: ref('network', places.network),
    cpus: 3,
    memoryBytes: 2 * GIB,
    diskBytes: first + 10 * GIB,
  };
}

/** The facet, or a test that says why it did not run. */
export function facetOf<
  F extends 'power' | 'hardware' | 'provisioning' | 'migration' | 'maintenance' | 'tasks',
>(
  { connection }: OpenedConnection,
  facet: F,
  context: TestContext,
): NonNullable<Connection[F]> | undefined {
  const found: Connection[F] = connection[facet];
  if (!found) context.skip(`this connection has no facet ${facet}`);
  return found ?? undefined;
}
