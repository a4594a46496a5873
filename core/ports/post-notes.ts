/**
 * Messages on their way into a chat, noted before they are sent: plain rows.
 *
 * A crash between a chat's accept and our record leaves a message that nobody here knows. The note outlasts the crash and
 * says that there may be one, so that whoever posts next looks for it first.
 */
export interface PostNote {
  /** Ours: where a chat keeps such a mark, it stands in the message itself. */
  readonly copyId: string;
  /** The message that somebody deleted and this one takes the place of; empty for the copy's first. */
  readonly replaces: string;
  /** How many were sent in that place; each of them may have arrived. */
  readonly posts: number;
  /** When the newest was about to be sent. */
  readonly begunAt: Date;
}

export interface PostNoteReads {
  find(copyId: string): Promise<PostNote | undefined>;
}
export interface PostNoteTable extends PostNoteReads {
  /**
   * Counts one message of this copy, before it is sent; answers how many of them may have arrived before it. Undefined,
   * and nothing is counted, where another deleted message was replaced before: it is not posted again.
   */
  begin(copyId: string, replaces: string): Promise<number | undefined>;
  /** The newest surely did not arrive. */
  undo(copyId: string): Promise<void>;
}
