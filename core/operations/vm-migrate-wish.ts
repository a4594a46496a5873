/** What is wished of a VM's move, and what follows from it: whether files go along, and where to. */
import { z } from 'zod';
import type { EstateObject } from '../inventory/estate-object.ts';
import { chooseFreest } from '../placement/choose-datastore.ts';
import { toFileBytes } from '../placement/move-load.ts';
import { listDatastores } from '../placement/move-needs.ts';
import { sumReservations } from '../placement/place-vm.ts';
import type { PlanNote } from '../plan/plan.ts';
import { hostOf, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';

export const VM_MIGRATE = 'vm.migrate';

/** One line names so many at most. */
export const MIGRATED_AT_MOST = 50;

export const VmMigrateInput = z.strictObject({
  vmId: z.string(),
  /** Others that move with it in one plan; a request from before this was possible has none. */
  moreVmIds: z
    .array(z.string())
    .min(1)
    .max(MIGRATED_AT_MOST - 1)
    .optional(),
  hostId: z.string().optional(),
  datastoreId: z.string().optional(),
  /** Saved, handed over and loaded again, instead of while it runs. */
  quick: z.boolean(),
});
export type VmMigrateInput = z.infer<typeof VmMigrateInput>;

export function listVmIds({ vmId, moreVmIds = [] }: VmMigrateInput): readonly string[] {
  return [vmId, ...moreVmIds];
}

export interface MigrateWish {
  readonly vm: Vm;
  readonly input: VmMigrateInput;
  readonly world: World;
  readonly from: EstateObject<'host'> | undefined;
  readonly host: EstateObject<'host'> | undefined;
  readonly datastore: EstateObject<'datastore'> | undefined;
  /** Only its files move. */
  readonly staysOnHost: boolean;
  readonly notes: readonly PlanNote[];
}

export function toMigrateWish(vm: Vm, input: VmMigrateInput, world: World): MigrateWish {
  const [wish] = toMigrateWishes([vm], input, world);
  return wish as MigrateWish;
}

/** One a VM, in their order. Files that have to go along go to one datastore, which has room for all of them. */
export function toMigrateWishes(
  vms: readonly Vm[],
  input: VmMigrateInput,
  world: World,
): MigrateWish[] {
  const { index } = world;
  const host = input.hostId ? index.get('host', input.hostId) : undefined;
  const wished = input.datastoreId ? index.get('datastore', input.datastoreId) : undefined;
  const unseen = new Set(
    host && !wished ? vms.filter((vm) => listUnseen(vm, host).length > 0) : [],
  );
  const found = host && unseen.size > 0 ? findDatastore([...unseen], host, world) : undefined;
  return vms.map((vm) => {
    const from = hostOf(vm, world);
    const own = unseen.has(vm) ? found : undefined;
    const facts = { vm: vm.body.name, datastore: own?.body.name };
    return {
      ...{ vm, input, world, from, host, datastore: wished ?? own },
      staysOnHost: wished !== undefined && (host === undefined || host.id === from?.id),
      notes: own ? [{ code: 'files_move_too', facts }] : [],
    };
  });
}

/** Datastores of its files that the host does not see. */
function listUnseen(vm: Vm, { body }: EstateObject<'host'>): string[] {
  return listDatastores(vm).filter((handle) => !body.datastoreHandles.includes(handle));
}

/** At a start the one that was agreed to; whether it still does is judged like one that was wished. */
function findDatastore(vms: readonly Vm[], host: EstateObject<'host'>, world: World) {
  const [approvedId] = world.within?.oneOf.datastores ?? [];
  if (approvedId !== undefined) return world.index.get('datastore', approvedId);
  const { index, rules, reservations, exceptRequestId } = world;
  const heldBytesOf = sumReservations(reservations, exceptRequestId).bytesOfDatastore;
  const diskBytes = vms.reduce((sum, vm) => sum + toFileBytes(vm), 0);
  return chooseFreest({ host, index, rules, diskBytes, heldBytesOf });
}

/** What was wished: nothing of it may differ later. */
export function toExact({ input, datastore }: MigrateWish): Record<string, string> {
  return {
    wishedHost: input.hostId ?? '',
    datastore: datastore ? `${datastore.body.name} (${datastore.identity})` : '',
    way: input.quick ? 'quick' : '',
  };
}
