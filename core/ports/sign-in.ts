/**
 * Proof that somebody is the person of an account, by the password that the directory knows.
 *
 * For the sign-in page alone: a password never comes through a chat, is never kept, and is asked of the directory each
 * time. Whoever calls this limits tries by person and by address, below the directory's own lockout.
 */
import type { Account } from './directory.ts';

/** Why somebody is not signed in: for the log. People are shown `toShownRefusal`. */
export const SIGN_IN_REFUSALS = [
  'wrong_password',
  'no_such_account',
  'login_ambiguous',
  'locked',
  'disabled',
  'expired',
  'password_must_change',
  'password_expired',
  /** Outside the hours or computers that the directory allows. */
  'not_allowed_now',
  /** The directory said yes, and the connection is not that account's: an answer nobody may rely on. */
  'identity_not_proven',
] as const;
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];

export type SignInAnswer =
  | { readonly isSignedIn: true; readonly account: Account }
  | { readonly isSignedIn: false; readonly refusal: SignInRefusal };

export interface SignIn {
  /**
   * Asks the directory whether `password` is that of the account that `login` names.
   *
   * The answer is about now and is never cached. A wrong password counts towards the directory's lockout, so nothing is
   * tried a second time, on another server neither.
   *
   * @throws OperationError `directory_not_reachable` (not started) when no server could be asked; (unknown) when the
   * password was sent and no answer came: do not repeat it unasked.
   */
  signIn(login: string, password: string): Promise<SignInAnswer>;
}

/** The refusals that prove neither that an account exists nor that a password was right: all shown as one. */
export type ShownRefusal =
  | 'not_accepted'
  | 'disabled'
  | 'expired'
  | 'password_must_change'
  | 'password_expired'
  | 'not_allowed_now';

const SHOWN: ReadonlySet<SignInRefusal> = new Set([
  // Said only to whoever gave the right password (Microsoft's codes 530 to 533, 701 and 773); 775, locked, is not.
  ...(['disabled', 'expired', 'password_must_change', 'password_expired'] as const),
  'not_allowed_now',
]);

/** What a person may be told: not whether an account exists, nor that guessing has locked it. */
export function toShownRefusal(refusal: SignInRefusal): ShownRefusal {
  return SHOWN.has(refusal) ? (refusal as ShownRefusal) : 'not_accepted';
}
