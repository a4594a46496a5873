/** Who was to be told of a request, and whether they were: plain rows. Told and not reached together are all of them. */
import type { GoneCode } from './destinations.ts';

export type NotReachedCode =
  | GoneCode
  /** No chat user stands for them. */
  | 'not_linked'
  /** Their account is no more. */
  | 'no_account'
  /** Nothing is tried there any more. */
  | 'dead'
  /** The chat did not take this one message. */
  | 'refused'
  /** The chat has not answered for longer than a moment. */
  | 'no_answer';

export interface Telling {
  readonly requestId: string;
  readonly personId: string;
  readonly personName: string;
  /** `waiting`: on its way. */
  readonly outcome: 'waiting' | 'told' | 'not_reached';
  /** Why not; null while there is no reason. */
  readonly code: NotReachedCode | null;
  readonly changedAt: Date;
}

/** How many of each, and the first of them by name. */
export interface TellingSum {
  readonly counts: Readonly<Record<Telling['outcome'], number>>;
  readonly told: readonly Telling[];
  readonly notReached: readonly Telling[];
}

export interface TellingReads {
  /** By name. */
  list(requestId: string): Promise<Telling[]>;
  /** With so many names of each at most: a card is drawn for everybody who was meant, and names a few. */
  sum(requestId: string, namesAtMost: number): Promise<TellingSum>;
  /** Whether some are on their way still. */
  hasWaiting(requestId: string): Promise<boolean>;
  /** Of one person, those that did not reach them. */
  listMissed(personId: string): Promise<Telling[]>;
}
export interface TellingTable extends TellingReads {
  /** Reads it and keeps others from changing it until the transaction ends. Taken before its copies are looked at. */
  lock(requestId: string, personId: string): Promise<Telling | undefined>;
  /** Nothing happens to those that are there. */
  insert(tellings: readonly Omit<Telling, 'changedAt'>[]): Promise<void>;
  /** False when it stood so before, or nobody meant this person. */
  change(
    requestId: string,
    personId: string,
    to: Pick<Telling, 'outcome' | 'code'>,
  ): Promise<boolean>;
}
