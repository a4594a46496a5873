/**
 * A named change: its input, what must be read fresh before it is planned, and its plan.
 *
 * `plan` is pure over its world, so the same function serves the request, `--plan`, and the start of the job.
 */
import type { z } from 'zod';
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject, ObjectKind } from '../inventory/estate-object.ts';
import type { OwnPurpose } from '../inventory/own-vms.ts';
import type { PlatformWord } from '../placement/place-moves.ts';
import type { PlaceWorld } from '../placement/place-vm.ts';
import type { Bounds } from '../plan/bounds.ts';
import type { Plan } from '../plan/plan.ts';
import type { Connection } from '../ports/connection.ts';
import type { ConnectionState } from '../ports/connection-states.ts';
import type { MovePace } from '../ports/move-pace.ts';
import type { Place } from '../rights/authorize-each.ts';
import type { ScopeFacts } from '../rights/role.ts';
import type { EvacuationWay } from './evacuation-policy.ts';
import type { KnownMaintenance } from './read-vm-maintenance.ts';

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
  /** At a retry: keys of the job's steps that are done and stay so. */
  readonly doneKeys?: ReadonlySet<string> | undefined;
  /** Drover ids of hosts that a job is emptying or has emptied: nothing is placed there. */
  readonly closedHostIds: ReadonlySet<string>;
  /** Who empties hosts of that cluster, as configured; undefined: of no cluster. */
  evacuationOf(connectionId: string, cluster: string | undefined): EvacuationWay;
  /** How long moves took on a connection. */
  pacesOf(connectionId: string): readonly MovePace[];
  /** How many steps may use a permit key at once; undefined is no limit. */
  capacityOf(key: string): number | undefined;
  /** What the platform said of a VM on a host when it was asked last; undefined: it was not asked. */
  answerOf(vmId: string, hostId: string): PlatformWord | undefined;
  /** What Drover itself needs this VM for; empty: nothing (H21). */
  purposesOf(vm: EstateObject<'vm'>): readonly OwnPurpose[];
  /** Where VMs stood before Drover emptied this host; undefined: it did not. */
  movedFrom(hostId: string): readonly MovedAway[] | undefined;
  /** What a VM that is changed was when its maintenance began; undefined: it is in none. */
  maintenanceOf(vmId: string): KnownMaintenance | undefined;
  /** The request whose own reservation and job do not stand in its way. */
  readonly exceptRequestId?: string | undefined;
}

/** One VM that was moved away from a host that is in maintenance. */
export interface MovedAway {
  readonly vmIdentity: string;
  readonly name: string;
  /** By its platform, when that was told to drain the host. */
  readonly isDrained?: true | undefined;
}

export interface Operation<Input> {
  /** The right, the operation and the command: `vm.create`. */
  readonly name: string;
  readonly input: z.ZodType<Input>;
  /** Drover ids of what it changes; jobs on them exclude each other. */
  targetIds(input: Input, index: EstateIndex): readonly string[];
  /** Drover ids to be read from their platform before planning. */
  refreshIds(
    input: Input,
    index: EstateIndex,
  ): readonly { readonly kind: ObjectKind; readonly id: string }[];
  /** What its rights are judged on: a VM, or the folder and cluster a new one comes to. `undefined`: it is gone. */
  scopeOf(input: Input, index: EstateIndex, personId: string): ScopeFacts | undefined;
  /** Of what changes several things: where each lies that is still there. Rights and rules hold for every one. */
  placesOf?(input: Input, index: EstateIndex): readonly Place[];
  /** Names that a role may restrict. */
  argumentsOf?(input: Input, index: EstateIndex): { templateName?: string; networkName?: string };
  /** Its moves are asked of their platforms before it is shown, and before it starts. */
  readonly movesVms?: true;
  plan(input: Input, world: World): Plan;
}

/** Where it acts; empty when what it is about is gone. */
export function listPlaces(
  { placesOf, scopeOf }: AnyOperation,
  input: unknown,
  index: EstateIndex,
  personId: string,
): readonly Place[] {
  if (placesOf) return placesOf(input, index);
  const scope = scopeOf(input, index, personId);
  return scope ? [{ scope }] : [];
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds operations of every input; each parses its own.
export type AnyOperation = Operation<any>;
