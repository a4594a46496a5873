/** One transport's way out: puts a message in a place and edits it there. */

export interface OutgoingMessage<Content> {
  readonly copyId: string;
  readonly place: string;
  readonly personId: string | null;
  /** Absent: a new message. */
  readonly messageRef: string | null;
  readonly version: number;
  readonly content: Content;
}

export interface MessageSender<Content> {
  readonly transport: string;
  /**
   * Sends or edits; answers the transport's id of the message.
   *
   * @throws OperationError `no_answer` (unknown) when it may have arrived, `not_found` (refused) when the place is gone.
   */
  deliver(message: OutgoingMessage<Content>): Promise<string>;
}
