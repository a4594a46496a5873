/** Signing in on the web page, and the codes that link a chat: tries are limited before the directory is asked. */
import { randomBytes } from 'node:crypto';
import type { Account, Directory } from '#core/ports/directory.ts';
import {
  type ShownRefusal,
  type SignIn,
  type SignInRefusal,
  toShownRefusal,
} from '#core/ports/sign-in.ts';
import type { Store } from '#core/ports/store.ts';
import { forgetTries, type Limit, takeTry } from './limit-tries.ts';
import { CODE_LASTS_MS, digestOf, makeCode } from './link-code.ts';

export interface AccountsDeps {
  readonly store: Store;
  readonly directory: Directory;
  readonly signIn: SignIn;
}

export type SignedIn =
  | { readonly isSignedIn: true; readonly token: string; readonly account: Account }
  | { readonly isSignedIn: false; readonly refusal: ShownRefusal | 'limited' };

export interface LinkCodeShown {
  readonly code: string;
  readonly expiresAt: Date;
}

export interface Accounts {
  /** `address`: where it came from. @throws OperationError `directory_not_reachable` */
  signIn(login: string, password: string, address: string): Promise<SignedIn>;
  /** The person behind a browser, as the directory knows them now. Undefined: signed out, or not allowed any more. */
  findPerson(token: string): Promise<Account | undefined>;
  signOut(token: string): Promise<void>;
  /** Undefined: too many for now. */
  makeLinkCode(person: Account): Promise<LinkCodeShown | undefined>;
}

const HALF_HOUR_MS = 30 * 60_000;
/** Below what a domain locks at: three wrong ones in half an hour is the strictest that is common. */
const PER_ACCOUNT = { most: 2, withinMs: HALF_HOUR_MS };
/** A whole office may come from one address. */
const PER_ADDRESS = { most: 200, withinMs: HALF_HOUR_MS };
const CODES = { most: 10, withinMs: HALF_HOUR_MS };
const SESSION_LASTS_MS = 12 * 3_600_000;

export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, directory } = deps;
  return {
    signIn: (login, password, address) => signInOnce(deps, { login, password, address }),
    async findPerson(token) {
      const session = await store.read((reads) => reads.links.findSession(digestOf(token)));
      const account = session && (await directory.findAccount(session.personId));
      return account?.state === 'active' ? account : undefined;
    },
    signOut: (token) => store.transact((tx) => tx.links.removeSession(digestOf(token))),
    makeLinkCode: (person) => makeLinkCode(store, person),
  };
}

interface Attempt {
  readonly login: string;
  readonly password: string;
  readonly address: string;
}

async function signInOnce(
  { store, directory, signIn }: AccountsDeps,
  { login, password, address }: Attempt,
): Promise<SignedIn> {
  // Before anything is asked of the directory.
  if (!(await mayTry(store, `sign-in from ${address}`, PER_ADDRESS)))
    return refuse(store, { code: 'limited', address });
  // An account has several names to sign in with, and one lockout. Nobody's name locks nothing.
  const named = await directory.findByLogin(login);
  const key = named && `sign-in of ${named.id}`;
  if (key && !(await mayTry(store, key, PER_ACCOUNT)))
    return refuse(store, { code: 'limited', address, personId: named.id });
  const answer = await signIn.signIn(login, password);
  if (!answer.isSignedIn)
    return refuse(store, { code: answer.refusal, address, personId: named?.id });
  if (key) await forgetTries(store, key);
  return { isSignedIn: true, account: answer.account, token: await open(store, answer.account) };
}

function mayTry(store: Store, key: string, limit: Limit): Promise<boolean> {
  return store.transact((tx) => takeTry(tx, key, limit));
}

interface Refused {
  readonly code: SignInRefusal | 'limited';
  readonly address: string;
  readonly personId?: string | undefined;
}

async function refuse(store: Store, { code, address, personId }: Refused): Promise<SignedIn> {
  const facts = { code, address };
  await store.transact((tx) => tx.audit.insert({ event: 'sign_in_refused', personId, facts }));
  return { isSignedIn: false, refusal: code === 'limited' ? code : toShownRefusal(code) };
}

async function open(store: Store, { id: personId }: Account): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await store.transact(async (tx) => {
    const expiresAt = new Date(tx.now.getTime() + SESSION_LASTS_MS);
    await tx.links.putSession({ digest: digestOf(token), personId, expiresAt });
    await tx.audit.insert({ event: 'signed_in', personId, facts: {} });
  });
  return token;
}

async function makeLinkCode(
  store: Store,
  { id: personId, name: personName }: Account,
): Promise<LinkCodeShown | undefined> {
  const code = makeCode();
  return store.transact(async (tx) => {
    if (!(await takeTry(tx, `codes of ${personId}`, CODES))) return undefined;
    const expiresAt = new Date(tx.now.getTime() + CODE_LASTS_MS);
    await tx.links.putCode({ digest: digestOf(code), personId, personName, expiresAt });
    return { code, expiresAt };
  });
}
