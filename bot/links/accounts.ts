/** Signing in on the web page, and the codes that link a chat: tries are limited before the directory is asked. */
import { randomBytes } from 'node:crypto';
import { OperationError } from '#core/errors.ts';
import type { Account, Directory } from '#core/ports/directory.ts';
import {
  type ShownRefusal,
  type SignIn,
  type SignInRefusal,
  toShownRefusal,
} from '#core/ports/sign-in.ts';
import type { Store } from '#core/ports/store.ts';
import { forgetTries, judgeTry, type Limit, type TryVerdict, takeTry } from './limit-tries.ts';
import { CODE_LASTS_MS, digestOf, makeCode } from './link-code.ts';
import { createTerminalTokens, type TerminalTokens } from './terminal-tokens.ts';

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
  /** What people speak with in a terminal. */
  readonly tokens: TerminalTokens;
  /** Undefined: too many for now. */
  makeLinkCode(person: Account): Promise<LinkCodeShown | undefined>;
}

const HALF_HOUR_MS = 30 * 60_000;
/** Below what a domain locks at: three wrong ones in half an hour is the strictest that is common. */
const PER_ACCOUNT: Limit = { most: 2, withinMs: HALF_HOUR_MS, since: 'last' };
/** A whole office may come from one address. */
const PER_ADDRESS: Limit = { most: 200, withinMs: HALF_HOUR_MS, since: 'first' };
const CODES: Limit = { most: 10, withinMs: HALF_HOUR_MS, since: 'first' };
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
    tokens: createTerminalTokens({ store, directory }),
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
  const fromThere = await judge(store, `sign-in from ${toNetwork(address)}`, PER_ADDRESS);
  if (fromThere === 'refused_again') return { isSignedIn: false, refusal: 'limited' };
  if (fromThere === 'refused') return refuse(store, { code: 'limited', address });
  const named = await findNamed(directory, login);
  if (named === 'ambiguous') return refuse(store, { code: 'login_ambiguous', address });
  // An account has several names to sign in with, and one lockout. Nobody's name locks nothing.
  const key = named && `sign-in of ${named.id}`;
  const ofAccount = key ? await judge(store, key, PER_ACCOUNT) : 'may';
  // Shown like a wrong password: whether there is such an account is nobody's business.
  if (ofAccount === 'refused_again') return { isSignedIn: false, refusal: 'not_accepted' };
  if (ofAccount === 'refused') {
    await refuse(store, { code: 'limited', address, personId: named?.id });
    return { isSignedIn: false, refusal: 'not_accepted' };
  }
  const answer = await signIn.signIn(login, password);
  if (!answer.isSignedIn)
    return refuse(store, { code: answer.refusal, address, personId: named?.id });
  if (key) await forgetTries(store, key);
  return { isSignedIn: true, account: answer.account, token: await open(store, answer.account) };
}

function judge(store: Store, key: string, limit: Limit): Promise<TryVerdict> {
  return store.transact((tx) => judgeTry(tx, key, limit));
}

async function findNamed(
  directory: Directory,
  login: string,
): Promise<Account | 'ambiguous' | undefined> {
  try {
    return await directory.findByLogin(login);
  } catch (error) {
    if (error instanceof OperationError && error.code === 'account_ambiguous') return 'ambiguous';
    throw error;
  }
}

/** Of IPv6 the network: one household or office has all the addresses of a /64. */
function toNetwork(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length;
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':');
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
