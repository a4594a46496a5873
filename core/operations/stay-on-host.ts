/** Where the files of a VM move and the VM does not. */
import type { PlacedMove } from '../placement/place-moves.ts';
import type { HostRating, PlanNote } from '../plan/plan.ts';
import { listMoveNotes, type Vm } from './move-plan-parts.ts';
import type { MigrateWish } from './vm-migrate-wish.ts';

export interface Placing {
  readonly move: PlacedMove | undefined;
  readonly ratings: readonly HostRating[];
  /** Why there is no place. */
  readonly left: readonly PlanNote[];
  readonly notes: readonly PlanNote[];
}

export function stayOnHost({ vm, from, world }: MigrateWish): Placing {
  const word = from && world.answerOf(vm.id, from.id);
  const said = { isChecked: word !== undefined, warnings: word?.warnings ?? [] };
  const move = from && { vm, host: from, stars: 0, afterVmIds: [], ...said };
  return {
    ...{ move, ratings: [], left: word?.against ?? [] },
    notes: move ? listMoveNotes({ moves: [move], brokenWishes: [] }) : [],
  };
}

/** It is on its host already: nothing more of its memory is taken there. */
export function withoutMemory(vm: Vm): Vm {
  return { ...vm, body: { ...vm.body, memoryBytes: 0, memoryDemandBytes: 0 } };
}
