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
  /** It arrived, and an earlier one may stand there too, until whoever looks at that or clicks it says which it is. */
  tellTwice(post: PostToBegin): Promise<void>;
}

export function createPostNotes(store: Pick<Store, 'transact'>, transport: string): PostNotes {
  return {
    begin: ({ copyId, replaces = '' }) =>
      store.transact((tx) => tx.postNotes.begin(copyId, replaces)),
    undo: (copyId) => store.transact((tx) => tx.postNotes.undo(copyId)),
    tellTwice: ({ copyId, place }) =>
      store.transact((tx) =>
        tx.audit.insert({ event: 'posted_again', facts: { transport, place, copyId } }),
      ),
  };
}
