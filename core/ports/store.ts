/**
 * The unit of work: `store.transact` is the only way to write, so what belongs together commits together.
 *
 * Inside it nothing is awaited but the database: on SQLite one transaction holds the one connection. Compare-and-set is
 * an update whose row count is looked at; nothing else guards a write. `store.read` is for the rest.
 */
import type { EstateObject, ObjectKind } from '../inventory/estate-object.ts';
import type {
  Claim,
  Gate,
  Job,
  JobState,
  PermitStep,
  Step,
  StepChanges,
  StepState,
} from '../jobs/job.ts';
import type { LinkReads, LinkTable } from './account-links.ts';
import type { AuditReads, AuditTable } from './audit-table.ts';
import type { ChatPlaceReads, ChatPlaceTable } from './chat-places.ts';
import type { ConnectionStateReads, ConnectionStateTable } from './connection-states.ts';
import type { CardReads, CardTable, InboxReads, InboxTable } from './conversation-tables.ts';
import type { DestinationReads, DestinationTable } from './destinations.ts';
import type { GroupPinReads, GroupPinTable } from './group-pins.ts';
import type { HostMaintenanceReads, HostMaintenanceTable } from './host-maintenance.ts';
import type { JobTryReads, JobTryTable } from './job-tries.ts';
import type { MovePaceReads, MovePaceTable } from './move-pace.ts';
import type { NoticedReads, NoticedTable } from './noticed.ts';
import type { PlanReads, PlanTable } from './plans.ts';
import type { PostNoteReads, PostNoteTable } from './post-notes.ts';
import type { ReservationReads, ReservationTable } from './reservations.ts';
import type { TellingReads, TellingTable } from './tellings.ts';
import type { VmMaintenanceReads, VmMaintenanceTable } from './vm-maintenance.ts';
import type { WakeUp } from './work-queue.ts';

export interface Reads {
  /** The database's clock when the transaction began, or when the read did. */
  readonly now: Date;
  readonly inbox: InboxReads;
  readonly cards: CardReads;
  readonly jobs: JobReads;
  readonly jobTries: JobTryReads;
  readonly plans: PlanReads;
  readonly estate: EstateReads;
  readonly connections: ConnectionStateReads;
  readonly reservations: ReservationReads;
  readonly hostMaintenance: HostMaintenanceReads;
  readonly vmMaintenance: VmMaintenanceReads;
  readonly movePace: MovePaceReads;
  readonly noticed: NoticedReads;
  readonly links: LinkReads;
  readonly chatPlaces: ChatPlaceReads;
  readonly groupPins: GroupPinReads;
  readonly postNotes: PostNoteReads;
  readonly destinations: DestinationReads;
  readonly tellings: TellingReads;
  readonly audit: AuditReads;
  /** Small facts about the installation: its epoch, its format. */
  findMark(key: string): Promise<string | undefined>;
}

export interface Tx extends Reads {
  readonly inbox: InboxTable;
  readonly cards: CardTable;
  readonly jobs: JobTable;
  readonly jobTries: JobTryTable;
  readonly plans: PlanTable;
  readonly estate: EstateTable;
  readonly connections: ConnectionStateTable;
  readonly reservations: ReservationTable;
  readonly hostMaintenance: HostMaintenanceTable;
  readonly vmMaintenance: VmMaintenanceTable;
  readonly movePace: MovePaceTable;
  readonly noticed: NoticedTable;
  readonly links: LinkTable;
  readonly chatPlaces: ChatPlaceTable;
  readonly groupPins: GroupPinTable;
  readonly postNotes: PostNoteTable;
  readonly destinations: DestinationTable;
  readonly tellings: TellingTable;
  readonly audit: AuditTable;
  setMark(key: string, value: string): Promise<void>;
  /** The next of a series of short numbers that people type, from 1, without doubles. */
  nextNumber(series: 'job' | 'request'): Promise<number>;
  /**
   * Lets one transaction at a time, over all processes, do what its name says: give permits, count a quota, say what
   * an observation of the estate means. Held until
   * the transaction ends. Order: request or job row, then `quota`, `permits`, `estate`.
   */
  lock(what: 'permits' | 'quota' | 'estate'): Promise<void>;
  enqueue(wakeUps: readonly WakeUp[]): Promise<void>;
  /** Runs after the commit and not at all without one. Must not throw. */
  afterCommit(callback: () => void): void;
  /** The adapter's own transaction, for the work queue of the same database. */
  readonly native: unknown;
}

export interface Store<T extends Tx = Tx, R extends Reads = Reads> {
  /** @throws OperationError `called_inside_transaction` when nested, `storage_full` when the disk is. */
  transact<A>(work: (tx: T) => Promise<A>, opening?: Opening): Promise<A>;
  /** One consistent reading is not promised over several statements; nothing may be written. */
  read<A>(work: (reads: R) => Promise<A>, opening?: Omit<Opening, 'lockWithSteps'>): Promise<A>;
  close(): Promise<void>;
}

/**
 * What `work` asks for before it writes, by the names of `jobs` and with these ids. It goes out with what begins, where the
 * database allows it; else it changes nothing.
 */
export interface Opening {
  readonly find?: string;
  readonly findStep?: string;
  readonly lockWithSteps?: string;
}

export interface JobReads {
  find(id: string): Promise<Job | undefined>;
  findByNumber(number: number): Promise<Job | undefined>;
  findByRequest(requestId: string): Promise<Job | undefined>;
  /** Newest first. */
  list(where: {
    states?: readonly JobState[];
    requesterId?: string;
    limit: number;
  }): Promise<Job[]>;
  /** Open jobs that change any of these objects (H17). */
  listOpenOn(targetIds: readonly string[]): Promise<Job[]>;
  /** Open jobs of one operation, oldest first. */
  listOpen(operation: string): Promise<Job[]>;
  /** Jobs of one operation on this object, ended ones too, oldest first. */
  listOn(targetId: string, operation: string): Promise<Job[]>;
  findStep(id: string): Promise<Step | undefined>;
  /** By position within a job; else by arrival (`waitingSince`, then position, then id). */
  listSteps(where: { jobId?: string; states?: readonly StepState[] }): Promise<Step[]>;
  /** Of all jobs, by arrival: steps that wait for permits, or that hold some. */
  listPermitSteps(which: 'waiting' | 'holding'): Promise<PermitStep[]>;
  /** Milliseconds from order to end of the steps of a kind that were done last, at most so many, newest first. */
  listDurations(kind: string, limit: number): Promise<number[]>;
  findGate(id: string): Promise<Gate | undefined>;
  listGates(where: { jobId?: string; open?: true }): Promise<Gate[]>;
}

export type NewJob = Omit<
  Job,
  | 'state'
  | 'cancelAskedAt'
  | 'cancelAskedBy'
  | 'code'
  | 'facts'
  | 'createdAt'
  | 'startedAt'
  | 'endedAt'
>;
export type NewStepRow = Pick<
  Step,
  | 'id'
  | 'jobId'
  | 'key'
  | 'position'
  | 'kind'
  | 'version'
  | 'input'
  | 'after'
  | 'begins'
  | 'choice'
  | 'permits'
  | 'requesterId'
>;

export interface JobTable extends JobReads {
  /** State `starting`, created now. */
  insert(job: NewJob): Promise<void>;
  /**
   * Reads the job and keeps others from moving it forward until the end of the transaction: two branches that end at
   * once must not miss each other. Taken before every other lock, one job a transaction.
   */
  lock(id: string): Promise<Job | undefined>;
  /** The same, and its steps by position as they are then. */
  lockWithSteps(id: string): Promise<{ readonly job: Job; readonly steps: Step[] } | undefined>;
  change(
    id: string,
    changes: Partial<
      Pick<
        Job,
        | 'state'
        | 'cancelAskedAt'
        | 'cancelAskedBy'
        | 'code'
        | 'facts'
        | 'startedAt'
        | 'endedAt'
        | 'planId'
      >
    >,
  ): Promise<void>;
  /** State `blocked`, epoch 0, no permits held. */
  insertSteps(steps: readonly NewStepRow[]): Promise<void>;
  /**
   * Raises the epoch if state and epoch are still as read. What waited for its turn (`blocked`, `ready`) becomes `intended`.
   *
   * @throws ClaimLost when somebody else was first: from here, or from the transaction at its end. Nothing of it stays.
   */
  claimStep(
    asRead: Pick<Step, 'id' | 'epoch' | 'state'>,
    changes?: Pick<StepChanges, 'startedAt' | 'sentAt' | 'carrier'>,
  ): Promise<Claim>;
  /** Writes, and moves `guardedAt`, while `claim` is the latest. @throws ClaimLost otherwise, as `claimStep` does. */
  changeClaimed(claim: Claim, changes: StepChanges): Promise<void>;
  /** Writes only while the step is in `from`; false otherwise. */
  changeUnclaimed(id: string, from: StepState, changes: StepChanges): Promise<boolean>;
  /** The same for who holds the lock without which nobody takes the step out of `from`: there is nothing to answer. */
  changeKnown(id: string, from: StepState, changes: StepChanges): Promise<void>;
  /**
   * Back to `blocked` with the epoch raised, only if state and epoch are still as read; false when not. What the last
   * try left on the platform stays known: its task, when it was sent and last guarded.
   */
  reopenStep(
    asRead: Pick<Step, 'id' | 'epoch' | 'state'>,
    changes: Partial<Pick<Step, 'kind' | 'version' | 'input' | 'permits' | 'task'>>,
  ): Promise<boolean>;
  insertGate(
    gate: Pick<Gate, 'id' | 'jobId' | 'stepId' | 'code' | 'choices' | 'until'>,
  ): Promise<void>;
  /** `null`: nobody did in time. False when it was answered before. */
  answerGate(id: string, answer: Gate['answer'], personId: string | null): Promise<boolean>;
}

export interface EstateReads {
  /** What changed after `changeSeq`, in that order; gone objects too. */
  listChangedAfter(changeSeq: number, limit: number): Promise<EstateObject[]>;
  find(id: string): Promise<EstateObject | undefined>;
  /** Everything known of one connection by identity, gone objects too; several for twins. */
  listByIdentity(connectionId: string, kind: ObjectKind, identity: string): Promise<EstateObject[]>;
  listByHandle(connectionId: string, kind: ObjectKind, handle: string): Promise<EstateObject[]>;
}

export type EstateWrite = Omit<EstateObject, 'changeSeq' | 'seenAt'>;

export interface EstateTable extends EstateReads {
  /**
   * Inserts or replaces by `id`; seen now, with rising `changeSeq`. Commits of several processes become visible in the
   * order of their `changeSeq`. At most 200 rows a call.
   */
  write(objects: readonly EstateWrite[]): Promise<void>;
}
