/** What was noticed on the platforms and told to operators: one row an event, also while its state comes and goes. */
import type { Json } from '../plan/plan.ts';

/** A host does not respond; a datastore is nearly full; I/O to it takes the way over the network. */
export const NOTICED_CODES = ['host_down', 'datastore_nearly_full', 'io_redirected'] as const;
export type NoticedCode = (typeof NOTICED_CODES)[number];

export interface Noticed {
  readonly id: string;
  readonly code: NoticedCode;
  /** Drover id of the host or datastore. */
  readonly objectId: string;
  readonly connectionId: string;
  /** As the platform showed it last. */
  readonly facts: Json;
  /** How often it began since it was told. */
  readonly times: number;
  /** When its card was made. */
  readonly toldAt: Date;
  /** When it began for the last time. */
  readonly since: Date;
  readonly endedAt: Date | null;
  /** `gone`: the platform shows the object no more. */
  readonly endCode: 'over' | 'gone' | null;
}

/** A VM that stood on a host when it went, and stands on another one now. */
export interface NoticedVm {
  readonly noticedId: string;
  readonly vmId: string;
  readonly name: string;
  readonly hostName: string;
  readonly isRunning: boolean;
}

export interface NoticedVms {
  readonly running: number;
  /** Not seen running yet. */
  readonly moved: number;
  /** Of those that run, by name. */
  readonly first: readonly NoticedVm[];
}

export interface NoticedReads {
  find(id: string): Promise<Noticed | undefined>;
  /** The one that was told last, whether it is over or not. */
  findNewest(objectId: string, code: NoticedCode): Promise<Noticed | undefined>;
  /** Those that go on, or ended later than that. */
  listRecent(
    connectionId: string,
    code: NoticedCode,
    endedAfter: Date,
  ): Promise<readonly Noticed[]>;
  sumVms(noticedId: string, firstAtMost: number): Promise<NoticedVms>;
  /** What is noted of these VMs and was not seen running. At most 200 ids a call. */
  listNotRunning(vmIds: readonly string[]): Promise<readonly NoticedVm[]>;
}

export interface NoticedTable extends NoticedReads {
  /** Told now, begun now, once, and not over. */
  insert(
    noticed: Pick<Noticed, 'id' | 'code' | 'objectId' | 'connectionId' | 'facts'>,
  ): Promise<void>;
  change(
    id: string,
    changes: Partial<Pick<Noticed, 'facts' | 'times' | 'since' | 'endedAt' | 'endCode'>>,
  ): Promise<void>;
  /** One that was seen running stays so. At most 200 a call. */
  putVms(vms: readonly NoticedVm[]): Promise<void>;
  forgetVms(noticedId: string): Promise<void>;
}
