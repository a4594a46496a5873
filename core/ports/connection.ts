/**
 * One configured vCenter, ESXi host, Hyper-V host or failover cluster, in facets.
 *
 * A facet is absent when the platform cannot do that; a missing facet is a blocker in words, never a crash.
 * Every method rejects with OperationError alone. None may be called inside a transaction.
 */
import type { ObjectKind, ObjectRef, Observed } from '../inventory/estate-object.ts';
import type { MaintenanceFacet, MigrationFacet } from './moving.ts';

export interface Connection {
  readonly id: string;
  /** `vcenter`, `hyperv`: which words and which script language fit. The lab's connections say what they resemble. */
  readonly kind: 'vcenter' | 'hyperv';
  readonly isSimulated: boolean;
  readonly estate: EstateFacet;
  readonly power?: PowerFacet;
  readonly hardware?: HardwareFacet;
  readonly provisioning?: ProvisioningFacet;
  readonly migration?: MigrationFacet;
  readonly maintenance?: MaintenanceFacet;
  readonly tasks?: TaskFacet;
  readonly scripting?: ScriptingFacet;
  /** Ends sessions and sockets; waits at most a second. */
  close(): Promise<void>;
}

/** The same work as scripts that a person runs by hand. */
export interface ScriptingFacet {
  begin(): ScriptDraft;
}

export interface ScriptDraft {
  /** Changes that it is told are written down instead of sent; what only reads is asked of the platform. */
  readonly connection: Connection;
  /** What was written so far, one script a host; never a password, an account or a key. */
  end(): readonly HostScript[];
}

export interface HostScript {
  /** Where it is to be run. */
  readonly host: string;
  /** Whole, in the platform's own language; values of people and platforms are literals in it. */
  readonly text: string;
  /** Parameters that are not in it, since they may hold secrets: `SetUpImage`. */
  readonly leftOut: readonly string[];
}

/** Given to every change: it can be found again, stopped and watched. Time limits belong to the step. */
export interface Call {
  /** Kept by the platform with the effect, where it can: an own earlier effect is found by it. */
  readonly stepToken: string;
  readonly signal: AbortSignal;
  /** Whole percent, 0 to 100; called when the platform tells, never by a timer. */
  onProgress(percent: number): void;
}

export interface ConnectionIdentity {
  /** Of the installation itself (vCenter: `about.instanceUuid`), not its address. */
  readonly identity: string;
  /** `VMware vCenter Server 8.0.3`. */
  readonly product: string;
  /**
   * Number of the newest event: of one installation with one past it only rises, over restarts too (vCenter:
   * `EventManager.latestEvent.key`). Absent where the platform numbers nothing or does not show it.
   */
  readonly eventNumber?: number | undefined;
}

/** Where a snapshot ended, so that changes go on from there; only its own adapter can read it. */
export type EstateMark = string;

export type EstateChange =
  | { readonly change: 'seen'; readonly object: Observed }
  /** The platform's own word that the object is no more. */
  | { readonly change: 'gone'; readonly kind: ObjectKind; readonly handle: string };

export interface EstateFacet {
  /** @throws OperationError `not_reachable`, `certificate_not_trusted`, `login_refused`, `no_answer`. */
  identify(signal: AbortSignal): Promise<ConnectionIdentity>;
  /**
   * Reads everything, in pages of at most 500 objects; the next page is asked for once `onPage` has resolved. One
   * unreadable object is an object with `unreadable`, not an error.
   */
  snapshot(
    onPage: (page: readonly Observed[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<EstateMark>;
  /**
   * Passes on what changed since `mark`, as the platform tells it, until `signal` aborts (then it resolves).
   *
   * @throws OperationError `session_lost` when the mark is of no use any more: take a new snapshot.
   */
  changes(
    mark: EstateMark,
    onChanges: (changes: readonly EstateChange[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Reads one object now. `undefined` only on the platform's own word that this handle is no more (H09). */
  read(
    object: { readonly kind: ObjectKind; readonly handle: string },
    signal: AbortSignal,
  ): Promise<Observed | undefined>;
  /**
   * Where a handle says on which host a VM stands: that VM under its handle of now, when one of the others that answer has it.
   * Absent: a VM that is moved keeps its handle.
   */
  findMoved?(vm: { readonly handle: string }, signal: AbortSignal): Promise<Observed | undefined>;
}

/** The platform's own long call; only its connection can read it. */
export type TaskRef = string;

export interface TaskFacet {
  /**
   * Waits for a task's end. Many are followed by one wait a connection.
   *
   * @throws OperationError `refused` with the platform's fault when the task failed; `unknown` when its end cannot be
   *   learned (connection lost, task forgotten).
   */
  follow(task: TaskRef, call: Call): Promise<void>;
  /** Asks the platform to stop it. Resolves when the platform took the wish; the task's end says what came of it. */
  cancel(task: TaskRef, signal: AbortSignal): Promise<void>;
}

/**
 * Each change resolves once the platform has accepted it, with the task to follow or, where it is over at once,
 * without one. It reads handle and identity right before it acts and throws `not_the_vm_approved` (not started) when
 * they disagree (H02).
 *
 * @throws OperationError `not_started`, `refused` or `unknown`, as `core/errors.ts` says.
 */
export interface PowerFacet {
  start(vm: ObjectRef, call: Call): Promise<TaskRef | undefined>;
  /** Asks the guest to shut down; resolves when the guest was asked. `guest_tools_missing` when it cannot be. */
  shutdownGuest(vm: ObjectRef, call: Call): Promise<void>;
  /** Powers off, as pulling the plug does. */
  stop(vm: ObjectRef, call: Call): Promise<TaskRef | undefined>;
  /** Writes the memory to disk and ends running: `suspended` (vSphere suspends, Hyper-V saves). Resumed by `start`. */
  save?(vm: ObjectRef, call: Call): Promise<TaskRef | undefined>;
  /** Halts it in memory, which it keeps: `paused`. Absent where the platform has none (vSphere). */
  pause?(vm: ObjectRef, call: Call): Promise<TaskRef | undefined>;
  /** Lets a paused VM go on. */
  resume?(vm: ObjectRef, call: Call): Promise<TaskRef | undefined>;
}

export interface NicChange {
  /** `null` takes it off its network, which `connected: false` then shows; absent leaves it as it is. */
  readonly network?: ObjectRef | null | undefined;
  /** 1 to 4094; 0 is untagged. Only where `nicSettings` says so. */
  readonly vlan?: number | undefined;
  /** 0 switches VMQ off, to 100. Only where `nicSettings` says so. */
  readonly vmqWeight?: number | undefined;
}

/** Changes parts of a VM, running or not. */
export interface HardwareFacet {
  /** What this platform sets on a NIC itself; elsewhere the network has its VLAN. */
  readonly nicSettings: readonly ('vlan' | 'vmqWeight')[];
  /** Of the largest disk it takes; absent: 64 TiB. */
  readonly maxDiskBytes?: number | undefined;
  /** Adds an empty disk beside the VM's own; its file's name carries `call.stepToken`, as `toFileToken` writes it. */
  addDisk(vm: ObjectRef, sizeBytes: number, call: Call): Promise<TaskRef | undefined>;
  /** Changes one NIC, by its key. @throws OperationError `parts_changed` (not started) when the VM has none of that key */
  setNic(vm: ObjectRef, key: string, change: NicChange, call: Call): Promise<TaskRef | undefined>;
}

export interface CloneRequest {
  readonly template: ObjectRef;
  readonly name: string;
  readonly folder: ObjectRef;
  readonly host: ObjectRef;
  readonly datastore: ObjectRef;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Size of the first disk; absent: as the template has it. Never smaller than it. */
  readonly diskBytes?: number | undefined;
  /** Network of the first NIC; absent: as the template has it. */
  readonly network?: ObjectRef | undefined;
}

export type TokenLook =
  | { readonly found: 'vm'; readonly vm: Observed & { kind: 'vm' } }
  /** A VM that the work on ended before it was whole, and nobody works on it any more. */
  | { readonly found: 'part'; readonly vm: Observed & { kind: 'vm' } }
  /** A running or queued task that makes it. */
  | { readonly found: 'running'; readonly task: TaskRef }
  /** A task is under way that may be ours, or the platform did not say: no conclusion. */
  | { readonly found: 'cannot_tell' }
  | { readonly found: 'nothing' };

export interface ProvisioningFacet {
  /** Makes a VM, powered off, that carries `call.stepToken`. */
  clone(request: CloneRequest, call: Call): Promise<TaskRef | undefined>;
  /**
   * Looks for what an earlier `clone` with this token and name made or is making.
   *
   * @param place Where it was sent, when that is known: nothing there then means nothing at all, whoever else is silent.
   */
  findByToken(
    token: string,
    name: string,
    signal: AbortSignal,
    place?: Pick<CloneRequest, 'host' | 'datastore'>,
  ): Promise<TokenLook>;
  /** Takes disks off a VM and leaves their files where they are. */
  detachDisks(vm: ObjectRef, keys: readonly string[], call: Call): Promise<TaskRef | undefined>;
  /** A VM with snapshots is not deleted: they would first be merged into disks that go (Hyper-V). */
  readonly snapshotsStopDelete?: true;
  /** Deletes the VM with every disk that is attached to it then: detach first what is to be kept (H19). */
  delete(vm: ObjectRef, call: Call): Promise<TaskRef | undefined>;
}
