/**
 * People and groups: who is who, who may still act, and who is in which group.
 *
 * Default deny: an outage, an empty answer or an unreadable account is never "no groups" but an error or a state that
 * permits nothing (H09). May not be called inside a transaction.
 */
export interface PersonRef {
  /** The directory's own id, for life (Active Directory: objectGUID). */
  readonly id: string;
  readonly name: string;
}

export const ACCOUNT_STATES = ['active', 'disabled', 'locked', 'expired'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

export interface Account extends PersonRef {
  /** What people type for it: `ann`, `ann@corp.example`. */
  readonly login: string;
  readonly state: AccountState;
  /** Ids of all groups, nested ones too (Active Directory: SIDs). */
  readonly groupIds: readonly string[];
}

export interface Group {
  /** For life (Active Directory: SID). */
  readonly id: string;
  readonly name: string;
}

export interface GroupMembers {
  readonly people: readonly Account[];
  /** Names of members that could not be read; the others count (B27). */
  readonly unreadable: readonly string[];
}

export interface Directory {
  /**
   * Reads one account now, with its groups. `undefined`: no such account.
   *
   * @throws OperationError `directory_not_reachable`, `domain_not_served` (every method does); `account_not_readable` for an account that is
   * there and of which something that a decision needs cannot be read.
   */
  findAccount(id: string): Promise<Account | undefined>;
  /**
   * By login, as typed; for choosing a lab person or naming one on the command line.
   *
   * @throws OperationError `account_ambiguous` when more than one has it; `account_not_readable`.
   */
  findByLogin(login: string): Promise<Account | undefined>;
  /**
   * By name, exactly, or by id. `undefined`: no such group.
   *
   * @throws OperationError `group_ambiguous` when more than one has it; `group_not_security` for a mail list, which gives
   * no rights; `group_not_readable`.
   */
  findGroup(name: string): Promise<Group | undefined>;
  /**
   * Everybody in it, nested groups resolved, whatever their state; each has the group among its own.
   *
   * @throws OperationError `group_not_readable` when the group, or the list of its members, cannot be read.
   */
  listMembers(groupId: string): Promise<GroupMembers>;
  /** Lab people only: everybody, for the person switcher. Empty for a real directory. */
  listPeople(): Promise<readonly Account[]>;
}
