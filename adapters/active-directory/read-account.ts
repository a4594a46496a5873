import type { Entry } from 'ldapts';
import type { Account, AccountState } from '#core/ports/directory.ts';
import { isGuid } from './binary-ids.ts';
import { readValues, toRecord } from './entry.ts';
import { directoryError, LdapError } from './faults.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { ACCOUNT_ATTRIBUTES, AccountEntry, listFaultyNames, USER_OBJECT } from './schema.ts';

/** @see MS-ADTS 2.2.16: ADS_UF_ACCOUNT_DISABLE, ADS_UF_LOCKOUT */
const ACCOUNT_DISABLE = 0x2;
const LOCKOUT = 0x10;
export const ACCOUNT_READ = [...ACCOUNT_ATTRIBUTES, 'sAMAccountType'];

/** An account with what only this adapter needs of it. */
export interface ReadAccount {
  readonly account: Account;
  readonly sid: string;
}

/**
 * Reads an account by its objectGUID in one base search, which needs no filter and follows renames and moves.
 *
 * `tokenGroups` is the server's own word on all groups: nested, primary and builtin ones, without mail lists. A search
 * with the rule IN_CHAIN would let mail lists give rights, lose primary groups, and cost the server minutes.
 *
 * @throws OperationError `account_not_readable`
 * @see MS-ADTS 3.1.1.4.5.19 (tokenGroups)
 */
export async function readAccount(
  connection: LdapConnection,
  id: string,
  now: Date,
): Promise<ReadAccount | undefined> {
  if (!isGuid(id)) return undefined;
  const entry = await connection.readOne(`<GUID=${id}>`, ACCOUNT_READ);
  if (!entry || isOtherThanUser(entry)) return undefined;
  const found = toAccount(entry, id, now);
  if (found.account.id !== id.toLowerCase())
    throw new LdapError('odd_answer', 'the answer is about another account');
  return found;
}

/** A computer, a managed service account or a group is nobody. An unreadable type is not known to be another. */
function isOtherThanUser(entry: Entry): boolean {
  const [type] = readValues(entry, 'sAMAccountType');
  return type !== undefined && Number(type) !== USER_OBJECT;
}

/** @throws OperationError `account_not_readable`, with the names of what is missing. */
export function toAccount(entry: Entry, shownAs: string, now: Date): ReadAccount {
  const read = AccountEntry.safeParse(toRecord(entry, ACCOUNT_ATTRIBUTES));
  if (!read.success) {
    const facts = { account: shownAs, missing: listFaultyNames(read.error) };
    throw directoryError('account_not_readable', facts);
  }
  const { data } = read;
  const { sAMAccountName, userPrincipalName, displayName, tokenGroups } = data;
  const account = {
    id: data.objectGUID,
    name: displayName?.trim() ? displayName : sAMAccountName,
    login: userPrincipalName ?? sAMAccountName,
    state: toState(data, now),
    groupIds: tokenGroups,
  };
  return { account, sid: data.objectSid };
}

function toState(entry: AccountEntry, now: Date): AccountState {
  if ((entry.userAccountControl & ACCOUNT_DISABLE) !== 0) return 'disabled';
  const { accountExpires } = entry;
  if (accountExpires && accountExpires <= now) return 'expired';
  // Computed by the server: a lockout that has run out is none any more.
  if ((entry['msDS-User-Account-Control-Computed'] & LOCKOUT) !== 0) return 'locked';
  return 'active';
}
