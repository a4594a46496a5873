/**
 * May this person do this to that? Pure, and explained to the rule and line.
 *
 * Deny by default; a deny wins over every allow; an account that is not active may do nothing. A role one of whose groups
 * is no longer the one that its name meant grants nothing, and denies as before (H28).
 */
import type { Account } from '../ports/directory.ts';
import { type Disagreement, findDisagreement, findMembership } from './configured-group.ts';
import { isAction, isDenied, matchScope, type Role, type ScopeFacts } from './role.ts';

export interface RightsQuestion {
  readonly person: Pick<Account, 'id' | 'state' | 'groupIds'>;
  readonly action: string;
  /** Absent: is there any scope in which it is allowed? For `help` and for commands without a target yet. */
  readonly scope?: ScopeFacts | undefined;
  readonly templateName?: string | undefined;
  readonly networkName?: string | undefined;
}

export type RoleCode =
  | 'allows'
  | 'denies'
  | 'not_a_member'
  | 'action_not_in_role'
  | 'outside_scope'
  | 'scope_unknown'
  | 'template_not_in_role'
  | 'network_not_in_role'
  /** It would allow it, and grants nothing: `disagreement` says why. */
  | 'group_disagrees';

export interface RoleReason {
  readonly role: string;
  readonly line: number;
  readonly code: RoleCode;
  /** The membership it rests on. */
  readonly group?: string | undefined;
  readonly groupId?: string | undefined;
  readonly disagreement?: Disagreement | undefined;
}

export interface RightsDecision {
  readonly allowed: boolean;
  readonly code:
    | 'allowed'
    | 'account_not_active'
    | 'a_role_denies'
    | 'no_role_allows'
    /** Nor does any, and one would but for its groups. */
    | 'group_disagrees';
  /** One a role, in the order of the configuration. */
  readonly reasons: readonly RoleReason[];
  /** Roles that allow it: whose quota can be taken, and what policies see. */
  readonly roles: readonly Role[];
}

export function authorize(question: RightsQuestion, roles: readonly Role[]): RightsDecision {
  const judged = roles.map((role) => ({ role, reason: judge(role, question) }));
  const reasons = judged.map(({ reason }) => reason);
  const allowing = judged.filter(({ reason }) => reason.code === 'allows').map(({ role }) => role);
  if (question.person.state !== 'active') return refuse('account_not_active', reasons);
  if (reasons.some(({ code }) => code === 'denies')) return refuse('a_role_denies', reasons);
  if (allowing.length === 0) {
    const isPinned = reasons.some(({ code }) => code === 'group_disagrees');
    return refuse(isPinned ? 'group_disagrees' : 'no_role_allows', reasons);
  }
  return { allowed: true, code: 'allowed', reasons, roles: allowing };
}

function refuse(code: RightsDecision['code'], reasons: readonly RoleReason[]): RightsDecision {
  return { allowed: false, code, reasons, roles: [] };
}

function judge(role: Role, question: RightsQuestion): RoleReason {
  const { person, action } = question;
  const { name, line } = role;
  const group = findMembership(role.members, person);
  if (!group) return { role: name, line, code: 'not_a_member' };
  const judged = { role: name, line, group: group.name, groupId: group.id };
  const code = judgeMember(role, action, question);
  const disagreement = code === 'allows' ? findDisagreement(role.members) : undefined;
  return disagreement ? { ...judged, code: 'group_disagrees', disagreement } : { ...judged, code };
}

function judgeMember(role: Role, action: string, question: RightsQuestion): RoleCode {
  const match = question.scope ? matchScope(role.scope, question.scope, question.person.id) : 'yes';
  const hasDeny = role.deny.some((pattern) => isDenied(pattern, action));
  // A deny whose scope is only known in part still denies; without a scope it is not known to hold everywhere.
  if (hasDeny && match !== 'no' && (question.scope || isEverywhere(role))) return 'denies';
  if (!role.allow.some((pattern) => isAction(pattern, action))) return 'action_not_in_role';
  if (match === 'unknown') return 'scope_unknown';
  if (match === 'no') return 'outside_scope';
  return judgeArguments(role, question);
}

function judgeArguments(role: Role, { templateName, networkName }: RightsQuestion): RoleCode {
  if (templateName !== undefined && role.templates && !role.templates.includes(templateName)) {
    return 'template_not_in_role';
  }
  if (networkName !== undefined && role.networks && !role.networks.includes(networkName)) {
    return 'network_not_in_role';
  }
  return 'allows';
}

function isEverywhere({ scope }: Role): boolean {
  return !scope.connections && !scope.clusters && !scope.folders && !scope.owner;
}
