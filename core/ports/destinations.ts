/** Places in chats where something could not be said: plain rows. A place without a row is as good as any. */

/** Why a place took nothing, as the chat says it. */
export const GONE_CODES = ['archived', 'not_a_member', 'blocked', 'never_spoken', 'gone'] as const;
export type GoneCode = (typeof GONE_CODES)[number];

export interface FailingPlace {
  readonly transport: string;
  /** A whole conversation, without its threads. */
  readonly place: string;
  /** In a row. */
  readonly failures: number;
  readonly code: GoneCode;
  readonly failedAt: Date;
  /** Nothing is tried there any more; null: not yet. */
  readonly deadAt: Date | null;
}

export interface DestinationReads {
  find(transport: string, place: string): Promise<FailingPlace | undefined>;
  /** The longest dead first. */
  listDead(limit: number): Promise<FailingPlace[]>;
}
export interface DestinationTable extends DestinationReads {
  /** One more failure; answers how it stands now. Others that fail there wait until the transaction ends. */
  fail(transport: string, place: string, code: GoneCode): Promise<FailingPlace>;
  /** Compare-and-set: false when it was dead before, or has no failure. */
  markDead(transport: string, place: string): Promise<boolean>;
  /** Something arrived there, or somebody wrote from it. Answers what stood there. */
  remove(transport: string, place: string): Promise<FailingPlace | undefined>;
}
