/** What came in and what goes out, as plain rows: their meaning is made in `bot`. */
import type { Json } from '../plan/plan.ts';

/** One message or click, written before it is acknowledged. Its effect and `handledAt` are one transaction. */
export interface InboxRow {
  readonly id: string;
  /** The sender's own id of this message: a second delivery finds the row. */
  readonly dedupeKey: string;
  readonly transport: string;
  readonly personId: string;
  /** Where it was said, and where the answer goes. */
  readonly place: string;
  readonly kind: 'text' | 'action' | 'form';
  readonly body: Json;
  readonly sentAt: Date;
  readonly receivedAt: Date;
  readonly handledAt: Date | null;
}

export interface InboxReads {
  find(id: string): Promise<InboxRow | undefined>;
  /** Rows without an effect yet, oldest first: what a crash left over. */
  listUnhandled(limit: number): Promise<InboxRow[]>;
}
export interface InboxTable extends InboxReads {
  /** False when the dedupe key was there: nothing is written then. */
  insert(row: Omit<InboxRow, 'receivedAt' | 'handledAt'>): Promise<boolean>;
  /** Compare-and-set: false when its effect had been made before. */
  markHandled(id: string): Promise<boolean>;
}

export interface CardRow {
  readonly id: string;
  /** What it shows: a request, a job, what was noticed, or its own `content` (an answer, a form). */
  readonly kind: 'request' | 'job' | 'noticed' | 'answer';
  /** Id of the request, the job or the event; one card each. */
  readonly subjectId: string | null;
  readonly content: Json;
  /** Rises with every change of what it shows (H34). */
  readonly version: number;
  readonly createdAt: Date;
}

/** The place takes nothing; somebody deleted the message, twice; the chat takes no such card. */
export type GoneCopy = 'place' | 'message' | 'card';

export interface CardCopy {
  readonly id: string;
  readonly cardId: string;
  readonly transport: string;
  readonly place: string;
  /** The one reader, where the place has one. */
  readonly personId: string | null;
  /** The version that was sent last, or was refused since; 0 before the first. */
  readonly sentVersion: number;
  /** The transport's own id of the message, to edit it. */
  readonly messageRef: string | null;
  /** In a row. */
  readonly failures: number;
  /** Why nothing is sent to it any more; null while it is kept up to date. */
  readonly goneCode: GoneCopy | null;
  readonly createdAt: Date;
}

/** A button on a card: an opaque id that is looked up and authorized anew at each click. */
export interface CardAction {
  readonly id: string;
  readonly cardId: string;
  /** Who it was drawn for; nobody else may use it. */
  readonly personId: string;
  readonly verb: string;
  readonly args: Json;
  /** What the card showed when it was drawn: a click on an older one is answered, not obeyed. */
  readonly revision: number;
}

export type NewCopy = Pick<CardCopy, 'id' | 'cardId' | 'transport' | 'place' | 'personId'>;

export interface PlaceBack {
  readonly transport: string;
  readonly place: string;
  /** How the names of its threads begin. */
  readonly begin: string;
  readonly since: Date;
}

export interface CardReads {
  find(id: string): Promise<CardRow | undefined>;
  findBySubject(kind: CardRow['kind'], subjectId: string): Promise<CardRow | undefined>;
  listCopies(cardId: string): Promise<CardCopy[]>;
  /** Those of them in these places. */
  listCopiesAt(cardId: string, places: readonly string[]): Promise<CardCopy[]>;
  /** The newest copies in one place, oldest first: a conversation as it stands. */
  listPlace(
    place: string,
    limit: number,
  ): Promise<{ readonly card: CardRow; readonly copy: CardCopy }[]>;
  findAction(id: string): Promise<CardAction | undefined>;
  findCopy(id: string): Promise<{ readonly card: CardRow; readonly copy: CardCopy } | undefined>;
  /** Cards of which a copy is behind that is not gone; what a lost wake-up left over. */
  listBehind(limit: number): Promise<string[]>;
}
export interface CardTable extends CardReads {
  insert(card: Pick<CardRow, 'id' | 'kind' | 'subjectId' | 'content'>): Promise<void>;
  /** Raises the version; answers false when there is no such card. */
  touch(id: string, content?: Json): Promise<boolean>;
  /** Nothing happens when that place has a copy of the card. */
  insertCopy(copy: NewCopy): Promise<void>;
  /** The same in a place where this person alone reads: a copy that was somebody else's is theirs, and due, from now on. */
  insertOwnCopy(copy: NewCopy): Promise<void>;
  /** Reads it and keeps others from changing it until the transaction ends. */
  lockCopy(copyId: string): Promise<CardCopy | undefined>;
  /** Only upwards: an older version never overwrites a newer one. A reference of null: there is no message there. */
  markSent(copyId: string, version: number, messageRef: string | null): Promise<void>;
  /** Answers how often in a row. A version that was refused is done with: the next one is tried. */
  markFailed(copyId: string, refusedVersion?: number): Promise<number>;
  /** Compare-and-set: false when it was gone before. */
  markGone(copyId: string, code: GoneCopy): Promise<boolean>;
  /** Copies whose place was gone and that are no older are kept up to date again; answers their cards. */
  revive(back: PlaceBack): Promise<string[]>;
  /** The transport's ids of its messages, where a lost answer made two of them. */
  setMessageRef(copyId: string, messageRef: string): Promise<void>;
  /** Answers the stored action when card, person, verb, args and revision are the same. */
  putAction(action: CardAction): Promise<CardAction>;
}
