/**
 * What goes wrong on the way to a directory, and the codes for it.
 *
 * Neither error carries a request: a request may hold a password.
 */
import { ResultCodeError } from 'ldapts';
import { type ErrorCode, type ErrorEnd, type Facts, OperationError } from '#core/errors.ts';

export type LdapFailure =
  /** No connection in time, or refused. Nothing was sent. */
  | 'not_connected'
  | 'not_trusted'
  | 'login_refused'
  | 'no_answer'
  /** Our own patience is over; it says nothing against the server. */
  | 'late'
  /** The connection ended before the answer. */
  | 'cut'
  /** The server says that it cannot answer now. */
  | 'busy'
  /** The server says no. */
  | 'refused'
  | 'odd_answer'
  /** Under the base that was asked the server has nothing. */
  | 'no_base';

export class LdapError extends Error {
  override readonly name = 'LdapError';
  readonly failure: LdapFailure;
  /** RFC 4511 4.1.9. */
  readonly resultCode: number | undefined;

  constructor(failure: LdapFailure, reason: string, resultCode?: number) {
    super(reason);
    this.failure = failure;
    this.resultCode = resultCode;
  }
}

export const NO_SUCH_OBJECT = 32;
/** Windows' answer to a base of no domain of its own: whom else to ask. */
const REFERRAL = 10;
export const INVALID_CREDENTIALS = 49;

/**
 * Result codes after which another controller may do better: operationsError (also of a controller that finds no global
 * catalogue for tokenGroups), timeLimitExceeded, adminLimitExceeded, busy, unavailable, other.
 */
const BUSY = new Set([1, 3, 11, 51, 52, 80]);

/** Failures of a server, not of the question: the next server may be asked it. */
const OF_THE_SERVER: ReadonlySet<LdapFailure> = new Set([
  ...(['not_connected', 'not_trusted', 'no_answer', 'cut', 'busy', 'odd_answer'] as const),
]);

export function isServerFault({ failure }: LdapError): boolean {
  return OF_THE_SERVER.has(failure);
}

/** What ldapts throws, as ours. ldapts tells its own failures apart by their texts alone. */
export function toLdapError(error: unknown): LdapError {
  if (error instanceof LdapError) return error;
  if (error instanceof ResultCodeError) {
    const failure = BUSY.has(error.code) ? 'busy' : 'refused';
    return new LdapError(failure, toReason(error), error.code);
  }
  const text = error instanceof Error ? error.message : '';
  if (text.includes('timed out')) return new LdapError('no_answer', 'no answer in time');
  if (/^(?:Connection closed|Socket )/.test(text))
    return new LdapError('cut', 'the connection ended before the answer');
  // The text of a parser's error may hold a piece of the answer; that it is one is enough.
  return new LdapError('odd_answer', 'the answer could not be read');
}

/** The server's own words, in one short line. */
function toReason({ code, message }: ResultCodeError): string {
  const words = message
    .replace(/ Code: 0x[0-9a-f]+$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `result ${code}${words === '' ? '' : `: ${words.slice(0, 160)}`}`;
}

/** `data 52e` in the words of a refused login: Windows' own code for the reason. */
export function findLoginCode(error: unknown): string | undefined {
  if (!(error instanceof ResultCodeError) || error.code !== INVALID_CREDENTIALS) return undefined;
  return /\bdata ([0-9a-f]{1,8})\b/i.exec(error.message)?.[1]?.toLowerCase() ?? 'unknown';
}

/** Of a search: a base that is not there is a fault of the configuration, whose name is told instead of the server's words. */
export function toSearchError(error: unknown, baseDn: string): LdapError {
  const fault = toLdapError(error);
  const hasNone = fault.resultCode === NO_SUCH_OBJECT || fault.resultCode === REFERRAL;
  return hasNone ? new LdapError('no_base', baseDn, fault.resultCode) : fault;
}

export interface ServerFailure {
  /** `host:port` */
  readonly server: string;
  readonly error: LdapError;
}

/** No server answered. */
export class NoServer extends Error {
  override readonly name = 'NoServer';
  readonly failures: readonly ServerFailure[];

  constructor(failures: readonly ServerFailure[]) {
    super(failures.map(({ server, error }) => `${server}: ${error.message}`).join('; '));
    this.failures = failures;
  }
}

/** An error of a read: whatever it was, nothing was changed. */
export function directoryError(code: ErrorCode, facts: Facts, cause?: unknown) {
  return toError(code, 'not_started', facts, cause);
}

function toError(code: ErrorCode, end: ErrorEnd, facts: Facts, cause?: unknown) {
  const options = cause === undefined ? undefined : { cause };
  return new OperationError(code, end, facts, options);
}

/** Of a read that failed on the way, as the port promises it. */
export function toDirectoryError(error: unknown, end: ErrorEnd = 'not_started'): OperationError {
  if (error instanceof OperationError) return error;
  if (error instanceof NoServer) return toUnreachable(error, end);
  // A fault of ours is not to look like one of the directory.
  if (!(error instanceof LdapError)) return toError('unexpected', end, {}, error);
  if (isServerFault(error) || error.failure === 'late')
    return toError('directory_not_reachable', end, { reason: error.message }, error);
  if (error.failure === 'no_base')
    return toError('domain_not_served', end, { baseDn: error.message }, error);
  return toError('platform_refused', end, { words: error.message }, error);
}

/** A cause that all servers share is said by its own name: it is ours to mend. */
function toUnreachable(error: NoServer, end: ErrorEnd): OperationError {
  const failures = new Set(error.failures.map((it) => it.error.failure));
  const servers = error.failures.map((it) => `${it.server}: ${it.error.message}`);
  const facts = { connection: error.failures[0]?.server, reason: error.message, servers };
  if (failures.has('login_refused')) return toError('login_refused', end, facts, error);
  if (failures.size === 1 && failures.has('not_trusted'))
    return toError('certificate_not_trusted', end, facts, error);
  return toError('directory_not_reachable', end, facts, error);
}
