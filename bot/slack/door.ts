/** A way by which Slack's bodies come in, verified. */
export interface Door {
  /** Where Slack sends to, if it does. */
  readonly url?: string;
  /** Whether something can come in now. */
  isOpen(): boolean;
  close(): Promise<void>;
}
