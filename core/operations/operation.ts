/**
 * A named change: its input, what must be read fresh before it is planned, and its plan.
 *
 * `plan` is pure over its world, so the same function serves the request, `--plan`, and the start of the job.
 */
import type { z } from 'zod';
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { ObjectKind } from '../inventory/estate-object.ts';
import type { PlaceWorld } from '../placement/place-vm.ts';
import type { Bounds } from '../plan/bounds.ts';
import type { Plan } from '../plan/plan.ts';
import type { Connection } from '../ports/connection.ts';
import type { ConnectionState } from '../ports/store.ts';
import type { ScopeFacts } from '../rights/role.ts';

export interface World extends PlaceWorld {
  /** Database's clock. */
  readonly now: Date;
  connectionOf(id: string): {
    connection: Connection | undefined;
    state: ConnectionState | undefined;
  };
  /** Number of the open job that changes this object, or undefined (H17). */
  busyWith(id: string): number | undefined;
  /** At a start: the approved bounds, inside which the plan is sought first. */
  readonly within?: Bounds | undefined;
  /** The request whose own reservation and job do not stand in its way. */
  readonly exceptRequestId?: string | undefined;
}

export interface Operation<Input> {
  /** The right, the operation and the command: `vm.create`. */
  readonly name: string;
  readonly input: z.ZodType<Input>;
  /** Drover ids of what it changes; jobs on them exclude each other. */
  targetIds(input: Input): readonly string[];
  /** Drover ids to be read from their platform before planning. */
  refreshIds(
    input: Input,
    index: EstateIndex,
  ): readonly { readonly kind: ObjectKind; readonly id: string }[];
  /** What its rights are judged on: a VM, or the folder and cluster a new one comes to. `undefined`: it is gone. */
  scopeOf(input: Input, index: EstateIndex, personId: string): ScopeFacts | undefined;
  /** Names that a role may restrict. */
  argumentsOf?(input: Input, index: EstateIndex): { templateName?: string; networkName?: string };
  plan(input: Input, world: World): Plan;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds operations of every input; each parses its own.
export type AnyOperation = Operation<any>;
