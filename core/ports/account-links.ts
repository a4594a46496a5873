/** Which chat user is which person of the directory, and how that was proven: plain rows. */

/** As a verified envelope names them: Slack's workspace and user, Teams' tenant and object id. */
export interface ChatUser {
  /** `slack`, `teams`. */
  readonly transport: string;
  readonly tenant: string;
  readonly userId: string;
}

/** `slack:T0OPS:U0ANN`: one link each. */
export function toChatId({ transport, tenant, userId }: ChatUser): string {
  return `${transport}:${tenant}:${userId}`;
}

export function readChatId(chatId: string): ChatUser {
  const [transport = '', tenant = '', ...rest] = chatId.split(':');
  return { transport, tenant, userId: rest.join(':') };
}

export interface AccountLink {
  readonly chatId: string;
  /** The directory's own id, for life. */
  readonly personId: string;
  readonly personName: string;
  readonly linkedAt: Date;
  /** When the person last signed in for it. */
  readonly confirmedAt: Date;
}

/** Proves one sign-in, once. */
export interface LinkCode {
  /** Digest of the code: the code itself is shown once and kept nowhere. */
  readonly digest: string;
  readonly personId: string;
  readonly personName: string;
  readonly expiresAt: Date;
}

/** A signed-in browser. */
export interface WebSession {
  /** Digest of what stands in the cookie. */
  readonly digest: string;
  readonly personId: string;
  readonly expiresAt: Date;
}

/** Says in a terminal who speaks; a person has one at most. */
export interface TerminalToken {
  readonly personId: string;
  /** Digest of the token: the token itself is shown once and kept nowhere. */
  readonly digest: string;
  readonly expiresAt: Date;
}

export interface LinkReads {
  find(chatId: string): Promise<AccountLink | undefined>;
  /** By name of the person; all, or those of one. */
  list(personId?: string): Promise<AccountLink[]>;
  /** Not those that have expired. */
  findSession(digest: string): Promise<WebSession | undefined>;
  /** Not one that has expired. */
  findTerminalToken(digest: string): Promise<TerminalToken | undefined>;
  findTerminalTokenOf(personId: string): Promise<TerminalToken | undefined>;
}

export interface LinkTable extends LinkReads {
  /** Linked and confirmed now; takes the place of an earlier link of this chat user. */
  put(link: Pick<AccountLink, 'chatId' | 'personId' | 'personName'>): Promise<void>;
  /** False when there was none. */
  remove(chatId: string): Promise<boolean>;
  putCode(code: LinkCode): Promise<void>;
  /** Once, and only before it expires: whoever comes later finds nothing. */
  takeCode(digest: string): Promise<LinkCode | undefined>;
  putSession(session: WebSession): Promise<void>;
  removeSession(digest: string): Promise<void>;
  /** Takes the place of the person's earlier one. */
  putTerminalToken(token: TerminalToken): Promise<void>;
  /** False when there was none. */
  removeTerminalToken(personId: string): Promise<boolean>;
}
