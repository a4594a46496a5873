/**
 * Notes of the messages that a chat is sent, durable before each is sent.
 *
 * What comes first: the note is committed, then the message is sent, then its id is recorded. Killed behind the note, a
 * message may be there or not, and whoever posts next is told that one may be. Killed before the note, none was sent.
 */
import type { Store } from '#core/ports/store.ts';

export interface PostToBegin {
  readonly copyId: string;
  readonly place: string;
  /** The message that somebody deleted and this one takes the place of. */
  readonly replaces?: string;
}

export interface PostNotes {
  /**
   * How many messages of it may have arrived before this one, which counts from now on. Undefined, and it must not be
   * sent, where people deleted two of them.
   */
  begin(post: PostToBegin): Promise<number | undefined>;
  /** The last one surely did not arrive. */
  undo(copyId: string): Promise<void>;
}

/** A transport that cannot look for what it posted says so, and its second messages go into the audit. */
export interface PostNotesOptions {
  readonly transport: string;
  readonly canLook: boolean;
}

export function createPostNotes(
  store: Pick<Store, 'transact'>,
  { transport, canLook }: PostNotesOptions,
): PostNotes {
  return {
    begin: ({ copyId, place, replaces = '' }) =>
      store.transact(async (tx) => {
        const earlier = await tx.postNotes.begin(copyId, replaces);
        if (earlier === 1 && !canLook) {
          // Its first message may stand there too, until whoever looks at it or clicks it says which it is.
          await tx.audit.insert({ event: 'posted_again', facts: { transport, place, copyId } });
        }
        return earlier;
      }),
    undo: (copyId) => store.transact((tx) => tx.postNotes.undo(copyId)),
  };
}
