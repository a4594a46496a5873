/**
 * The one error that is thrown on purpose.
 *
 * Its `end` says what became of a change: `not_started` (nothing reached the platform; the step may try again),
 * `refused` (the platform's own word; final), `unknown` (sent, and no trustworthy answer: look, never repeat).
 * A code has no sentence here: `bot/words` words every one, and does not compile when one is missing.
 */
export const ERROR_CODES = [
  // The way to a platform.
  'not_reachable',
  'certificate_not_trusted',
  'login_refused',
  'session_lost',
  'no_answer',
  'answer_not_understood',
  'time_limit_reached',
  'connection_on_hold',
  'connection_unknown',
  // What a platform says of an object.
  'not_found',
  'not_the_vm_approved',
  'object_unreadable',
  'identity_twice',
  'state_unknown',
  'is_replica',
  'name_taken',
  'not_enough_space',
  'not_enough_memory',
  'wrong_power_state',
  'guest_tools_missing',
  'guest_did_not_shut_down',
  'another_task_runs',
  'host_unavailable',
  'datastore_unavailable',
  'network_unavailable',
  'template_unusable',
  'disk_unusable',
  'parts_changed',
  'nic_changed',
  'not_permitted_on_platform',
  'not_supported',
  'request_invalid',
  'cancelled_on_platform',
  'platform_refused',
  // Of moves and of hosts that are emptied.
  'no_other_host',
  'guest_went_off',
  'two_copies',
  'moved_elsewhere',
  'maintenance_incomplete',
  'maintenance_taken_back',
  'maintenance_reached',
  'maintenance_mark_stays',
  'maintenance_left_changed',
  'drain_left_some',
  'not_all_came_back',
  'consent_needed',
  // What a step found when it looked.
  'effect_without_success',
  'success_without_effect',
  'outcome_unknown',
  'answer_lost',
  'did_not_happen',
  'said_by_operator',
  // What a running job is held for.
  'requester_lost_account',
  'requester_lost_right',
  'requester_lost_role',
  'made_by_older_version',
  'cancelled',
  // Our own house.
  'directory_not_reachable',
  /** The configured base is not that of the directory's domain. */
  'domain_not_served',
  /** An account that is there and cannot be judged: attributes are missing, which is a missing right of Drover's account. */
  'account_not_readable',
  'account_ambiguous',
  'group_ambiguous',
  /** A distribution group: a mail list, which gives no rights. */
  'group_not_security',
  'group_not_readable',
  'called_inside_transaction',
  'rehearsal_failed',
  'storage_full',
  'storage_in_use',
  'storage_unfit',
  'unexpected',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export type ErrorEnd = 'not_started' | 'refused' | 'unknown';

/** Names, sizes and words of a platform: data for a sentence, never a secret. */
export type Facts = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: ErrorCode;
  readonly end: ErrorEnd;
  readonly facts: Facts;

  constructor(code: ErrorCode, end: ErrorEnd, facts: Facts = {}, options?: ErrorOptions) {
    super(`${code} (${end})`, options);
    this.code = code;
    this.end = end;
    this.facts = facts;
  }
}

/** An error nobody foresaw says nothing about what a platform did with a change that was sent. */
export function toOperationError(cause: unknown): OperationError {
  if (cause instanceof OperationError) return cause;
  return new OperationError('unexpected', 'unknown', {}, { cause });
}
