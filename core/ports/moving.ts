/**
 * Facets of a connection that move VMs and empty hosts.
 *
 * What holds for every change (`connection.ts`) holds here: handle and identity are checked right before, an error ends
 * as not started, refused or unknown, and nothing is concluded from an answer that did not come.
 */
import type { ObjectRef, Observed, PowerState } from '../inventory/estate-object.ts';
import type { Call, TaskRef } from './connection.ts';

/**
 * `live`: it runs on, and stands still for about a second. `quick`: its memory is saved, handed over and loaded, and it
 * stands still all that time. `off`: it does not run now (off, saved) and does not then.
 */
export const MOVE_WAYS = ['live', 'quick', 'off'] as const;
export type MoveWay = (typeof MOVE_WAYS)[number];

/** Where to, and how. At least one of host and datastore is given. */
export interface MoveWish {
  readonly way: MoveWay;
  /** Absent: it stays on its host. */
  readonly host?: ObjectRef | undefined;
  /** All its files go there. Absent: they stay where they are. */
  readonly datastore?: ObjectRef | undefined;
}

/** What the platform itself says of a move that was not made yet. */
export interface MoveFinding {
  /** An error stops the move; a warning is shown. */
  readonly severity: 'error' | 'warning';
  /** The platform's own name for it: a fault's type, a number. */
  readonly code: string;
  /** The platform's own words. */
  readonly words: string;
}

/** How many at once; absent: the platform says none. */
export interface MoveLimits {
  /** Moves between hosts, into a host and out of it together. */
  readonly movesPerHost?: number | undefined;
  /** Moves of files that a host carries out. */
  readonly storageMovesPerHost?: number | undefined;
  /** Moves of files onto a datastore and off it together. */
  readonly storageMovesPerDatastore?: number | undefined;
}

export type MoveLook =
  /** A task that moves it, whoever ordered it. */
  | { readonly found: 'running'; readonly task: TaskRef }
  | { readonly found: 'nothing' }
  /** The platform did not say. */
  | { readonly found: 'cannot_tell' };

export interface VmCopies {
  /** Every place that shows this VM's identity now, one entry a place; usually one. */
  readonly copies: readonly (Observed & { kind: 'vm' })[];
  /** Names of hosts that may have one and did not answer: then nothing is proven about a missing one. */
  readonly silent: readonly string[];
}

export interface MigrationFacet {
  /** What this platform has: `quick` way, files moved while it runs, host and files in one move, hosts that share no datastore. */
  readonly can: readonly ('quick' | 'storage' | 'host_and_storage' | 'shared_nothing')[];
  /** Where a host does not say its own (`HostBody.moveLimits`). */
  readonly limits: MoveLimits;
  /**
   * Asks the platform whether it could be done now; changes nothing.
   *
   * @throws OperationError `not_reachable`, `no_answer`, `not_the_vm_approved`; `not_supported` where it cannot judge this.
   */
  check(vm: ObjectRef, wish: MoveWish, signal: AbortSignal): Promise<readonly MoveFinding[]>;
  /**
   * Moves it as wished; where the platform says which host a VM is on by its handle, it has another one then
   * (`EstateFacet.findMoved`).
   *
   * @throws OperationError `wrong_power_state` (refused) when the way does not fit how it stands, `host_unavailable`
   *   when the host is away, in maintenance or on its way there.
   */
  move(vm: ObjectRef, wish: MoveWish, call: Call): Promise<TaskRef | undefined>;
  /** Whether a move of this VM is under way: after a crash between order and answer. */
  findMove(vm: ObjectRef, signal: AbortSignal): Promise<MoveLook>;
  /** Looks at every host of the connection: after a move that failed (H15). */
  findCopies(vm: ObjectRef, signal: AbortSignal): Promise<VmCopies>;
}

/** How a host stands, read now. */
export interface HostStanding {
  /**
   * `entering`: the platform places nothing on it any more, and waits until it is empty. `in`: it is in maintenance, by
   * the platform's meaning (a paused cluster node may still have VMs). `unsupported`: the platform has no such state (a
   * stand-alone host), and Drover's own mark is all there is.
   */
  readonly mark: 'none' | 'entering' | 'in' | 'unsupported';
  /** The platform's task that waits for the host to be empty. */
  readonly task?: TaskRef | undefined;
  /** Every VM that is registered on it now, replicas left out. */
  readonly vms: readonly HostedVm[];
}

export interface HostedVm {
  readonly handle: string;
  readonly identity?: string | undefined;
  readonly name: string;
  readonly power: PowerState;
}

/** What a platform does of itself with the VMs of a host that is drained. */
export interface OwnDrain {
  /**
   * `in_clusters`: off every host of a cluster, what belongs to the cluster. `where_automated`: off hosts of a cluster that
   * balances by itself (`ClusterBody.automation` is `full`).
   */
  readonly where: 'in_clusters' | 'where_automated';
  /** One that runs and has low priority, or none, is not moved while it runs, but as `quick` is. */
  readonly savesLow: boolean;
  /** `unmark` with `failback` moves back what was drained. */
  readonly failsBack: boolean;
}

export interface MaintenanceFacet {
  readonly drains: OwnDrain;
  read(host: ObjectRef, signal: AbortSignal): Promise<HostStanding>;
  /**
   * Marks the host: the platform places and moves nothing onto it any more. Nothing on it is stopped or moved, except
   * that with `drain` the platform itself moves what it can (DRS, a cluster's drain). Resolves once the mark is set;
   * a host that is marked already is left so.
   *
   * @throws OperationError `not_supported` where `read` says `unsupported`.
   */
  mark(
    host: ObjectRef,
    wish: { readonly drain: boolean },
    call: Call,
  ): Promise<TaskRef | undefined>;
  /**
   * Takes the mark away, from whatever part of the way: a platform's waiting task is cancelled, a host in maintenance
   * leaves it. With `failback` the platform itself moves back what it drained, where it can.
   */
  unmark(
    host: ObjectRef,
    wish: { readonly failback: boolean },
    call: Call,
  ): Promise<TaskRef | undefined>;
}
