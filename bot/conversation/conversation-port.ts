/** What a transport with one reader (console, terminal) needs of the conversation. */
import type { Account } from '#core/ports/directory.ts';
import type { Card } from '../cards/card.ts';

export interface Incoming {
  /** `console`, `terminal`, `slack`, `teams`. */
  readonly transport: string;
  /** The sender's own id of this message or click; the same id again changes nothing. At most 100 characters. */
  readonly dedupeKey: string;
  /** From a verified envelope, never from the body: an account, or in a chat the chat user (`slack:T…:U…`). */
  readonly personId: string;
  /** Where the answer goes. */
  readonly place: string;
  readonly sentAt: Date;
  /** Only this person and Drover read there. Console and terminal always are. */
  readonly isPrivate?: boolean | undefined;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    /** A click, with the values of the card's inputs where it has some. */
    | {
        readonly kind: 'action';
        readonly actionId: string;
        readonly inputs: Readonly<Record<string, string>>;
      };
}

/** One message of a conversation as its reader sees it now. */
export interface MessageView {
  /** Stable over edits. */
  readonly id: string;
  /** Rises with each edit; an older one never replaces a newer one. */
  readonly version: number;
  readonly sentAt: Date;
  readonly card: Card;
  /** The request, job or event it shows, whether that still goes on, and the job a request led to; for scripts that wait. */
  readonly subject?:
    | {
        readonly kind: 'request' | 'job' | 'noticed';
        readonly label: string;
        readonly isOpen: boolean;
        readonly leadsTo?: string | undefined;
        /** Its own card is another message, and tells of what was asked from this version on. */
        readonly cardVersion?: number | undefined;
      }
    | undefined;
  /** What was typed, or the line that a click stood for, where it answers one. */
  readonly said?: string | undefined;
  /** `dedupeKey` of the message that it answers. */
  readonly answers?: string | undefined;
}

export interface ConversationPort {
  /** Resolves once the row is committed; false when this dedupe key was there. */
  receive(incoming: Incoming): Promise<boolean>;
  /** The newest messages of a person's own conversation, oldest first. */
  list(personId: string, limit: number): Promise<MessageView[]>;
  /** Calls back for each new or edited message of this person until `signal` aborts. Must not throw. */
  watch(personId: string, onMessage: (message: MessageView) => void, signal: AbortSignal): void;
  /** Lab people to switch between; empty where people sign in. */
  listPeople(): Promise<readonly Account[]>;
  /** By login (`ann`); for `--as`. */
  findPerson(login: string): Promise<Account | undefined>;
}
