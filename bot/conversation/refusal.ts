/** What a chat's door refuses before anything of it is taken in: one code, and who asked as far as that is proven. */

export type RefusalCode =
  /** No proof at all, or a wrong one. */
  | 'unsigned'
  /** Signed for another time than now: an old request sent again, or one from the future. */
  | 'replayed'
  /** Slack's probe of the certificate, which is never signed; anybody can send it, and it reaches nothing. */
  | 'ssl_check'
  /** Longer than anything that the chat sends. */
  | 'too_large'
  /** Not as the chat writes it. */
  | 'malformed'
  | 'token_refused'
  | 'wrong_channel'
  | 'wrong_service'
  | 'wrong_tenant'
  | 'foreign_workspace'
  | 'guest'
  /** Of another organization, in a channel shared with it. */
  | 'external'
  | 'bot'
  /** It says not who it is from. */
  | 'nobody'
  /** Gone, deactivated, or not said to be a member. */
  | 'not_a_member';

export interface Refusal {
  readonly transport: 'slack' | 'teams';
  readonly code: RefusalCode;
  /** These three only where the request was proven to come from the chat. */
  readonly tenant?: string | undefined;
  readonly userId?: string | undefined;
  readonly place?: string | undefined;
}

export type NoteRefused = (refusal: Refusal) => Promise<void>;

/** Nobody waits for it, and it never throws: the answer to what was refused does not depend on its being noted. */
export type TellRefused = (refusal: Omit<Refusal, 'transport'>) => void;

export function createTellRefused({
  transport,
  noteRefused,
  onFault,
}: {
  readonly transport: Refusal['transport'];
  readonly noteRefused: NoteRefused;
  readonly onFault: (error: unknown) => void;
}): TellRefused {
  return (refusal) => {
    Promise.try(() => noteRefused({ transport, ...refusal })).catch(onFault);
  };
}
