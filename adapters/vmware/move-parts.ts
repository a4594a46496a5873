/** Reads, in one call and right before the move, where a VM is and where it is to go. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import { ComputeResourceProperties, MoveDatastore, MoveHost, MovingVm } from './deed-schema.ts';
import { findHostUuid } from './estate/to-parts.ts';
import type { Start, Wanted } from './filter-spec.ts';
import { assertSame, assertVmIdentity, throwMissing } from './identity.ts';
import { readObjects, toProperties } from './properties.ts';
import { findEntering, listRunning, TASK_WANTED, toRecentTasks } from './recent-tasks.ts';
import type { MoRef, ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';

type Properties<S extends { readonly _output: object }> = Partial<S['_output']>;

export interface MoveParts {
  readonly vm: Properties<typeof MovingVm>;
  /** The target, with what stands in the way of a move onto it. */
  readonly host: (Properties<typeof MoveHost> & { readonly isEntering: boolean }) | undefined;
  readonly datastore: Properties<typeof MoveDatastore> | undefined;
  /** The root pool of the target's cluster, or of the target itself; absent: the VM stays in its own pool. */
  readonly pool: MoRef | undefined;
}

const WANTED: Wanted = {
  VirtualMachine: MovingVm,
  HostSystem: MoveHost,
  Datastore: MoveDatastore,
  ComputeResource: ComputeResourceProperties,
  ...TASK_WANTED,
};

interface PartsRead {
  readonly vm: ObjectRef;
  readonly wish: MoveWish;
  readonly signal: AbortSignal;
}

/** @throws OperationError `not_the_vm_approved`, `not_found`, `object_unreadable`, `host_unavailable` (not started) */
export async function readMoveParts(
  soap: SoapClient,
  login: Login,
  { vm, wish, signal }: PartsRead,
): Promise<MoveParts> {
  const starts = toStarts(vm, wish);
  const contents = await readObjects(soap, login, { wanted: WANTED, starts, signal }).catch(
    (error) => throwMissing(error),
  );
  const find = (handle: string | undefined) => contents.find(({ obj }) => obj.value === handle);
  assertVmIdentity(find(vm.handle), vm);
  const moving = toKnown(MovingVm, find(vm.handle), vm.handle);
  const from = moving['runtime.host']?.value ?? '';
  const home = toKnown(MoveHost, find(from), from);
  const datastore =
    wish.datastore && toKnown(MoveDatastore, find(wish.datastore.handle), wish.datastore.handle);
  if (!wish.host) return { vm: moving, host: undefined, datastore, pool: undefined };
  const target = toKnown(MoveHost, find(wish.host.handle), wish.host.handle);
  assertSame(findHostUuid(target), wish.host);
  const isEntering = findEntering(listRunning(target.recentTask, contents)) !== undefined;
  const pool = toPool(home, target, contents);
  return { vm: moving, host: { ...target, isEntering }, datastore, pool };
}

function toStarts(vm: ObjectRef, { host, datastore }: MoveWish): readonly Start[] {
  const toHost = { name: 'home', type: 'VirtualMachine', path: 'runtime.host', skip: false };
  const toParent = { name: 'parent', type: 'HostSystem', path: 'parent', skip: false };
  const reach = [toParent, toRecentTasks('HostSystem')];
  return [
    { object: { type: 'VirtualMachine', value: vm.handle }, reach: [toHost] },
    ...(host ? [{ object: { type: 'HostSystem', value: host.handle }, reach }] : []),
    ...(datastore ? [{ object: { type: 'Datastore', value: datastore.handle } }] : []),
  ];
}

function toKnown<S extends typeof MovingVm | typeof MoveHost | typeof MoveDatastore>(
  schema: S,
  content: ObjectContent | undefined,
  object: string,
): Properties<S> {
  if (content) return toProperties(schema, content).properties as Properties<S>;
  throw new OperationError('object_unreadable', 'not_started', { object });
}

/** Within one cluster the pool stays; into another one the VM has to be put somewhere. */
function toPool(
  home: Properties<typeof MoveHost>,
  target: Properties<typeof MoveHost>,
  contents: readonly ObjectContent[],
): MoRef | undefined {
  if (home.parent && home.parent.value === target.parent?.value) return undefined;
  const compute = contents.find(({ obj }) => obj.value === target.parent?.value);
  const pool = compute && toProperties(ComputeResourceProperties, compute).properties.resourcePool;
  if (pool && home.parent) return pool;
  throw new OperationError('object_unreadable', 'not_started', { object: target.parent?.value });
}
