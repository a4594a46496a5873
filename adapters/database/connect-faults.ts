/** Why nobody gets into a PostgreSQL database, by its address and never by its password. */
import { type Facts, OperationError } from '#core/errors.ts';

const DEFAULT_PORT = '5432';

/** What the operating system says, and PostgreSQL by its SQLSTATE. */
const REASONS = new Map<unknown, string>([
  ['ECONNREFUSED', 'database_not_listening'],
  ['ENOENT', 'database_not_listening'], // the socket of a server on this machine
  ['ENOTFOUND', 'database_host_unknown'],
  ['EAI_AGAIN', 'database_host_unknown'],
  ['ETIMEDOUT', 'database_host_silent'],
  ['EHOSTUNREACH', 'database_host_silent'],
  ['ENETUNREACH', 'database_host_silent'],
  ['ECONNRESET', 'database_broke_off'],
  ['EPIPE', 'database_broke_off'],
  ['28P01', 'database_login_refused'],
  ['28000', 'database_login_refused'],
  ['3D000', 'database_missing'],
  ['57P03', 'database_not_ready'],
  ['53300', 'database_full_up'],
  ['42501', 'database_right_missing'],
  ['3F000', 'database_schema_missing'],
  ['25006', 'database_read_only'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'database_of_another_name'],
  ['CERT_HAS_EXPIRED', 'database_not_trusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'database_not_trusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'database_not_trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'database_not_trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'database_not_trusted'],
]);

/** A setting that there is none of, or no such value of, or that no session may change. */
const OF_OPTIONS = new Set<unknown>(['42704', '22023', '42601', '42602', '55P02']);

/** What PostgreSQL calls by the same code as a setting that is not for this user: the database is not. */
const OF_DATABASE = 'CheckMyDatabase';

/** What the driver finds out itself and gives no code. */
const BY_WORDS = [
  [/^SASL: /, 'database_login_refused'], // also where the address has no password at all
  [
    /connection timeout$|^timeout exceeded when trying to connect$|^timeout expired$/,
    'database_silent',
  ],
  [/^The server does not support SSL connections$/, 'database_without_tls'],
  [/^Query read timeout$/, 'database_answers_nothing'],
  [/^Connection terminated/, 'database_broke_off'],
] as const;

/** Answers `storage_unfit`; undefined where something else went wrong, and for SQLite. */
export function toConnectError(url: string, error: unknown): OperationError | undefined {
  if (!/^postgres(ql)?:/.test(url) || !(error instanceof Error)) return undefined;
  // A certificate or a key that `url` names.
  if ('syscall' in error && error.syscall === 'open' && 'path' in error)
    return unfit(url, { reason: 'database_file_unreadable', path: String(error.path) }, error);
  const reason =
    ('code' in error ? toReason(error) : undefined) ??
    BY_WORDS.find(([words]) => words.test(error.message))?.[1];
  if (reason === undefined) return undefined;
  return unfit(url, { reason }, error);
}

interface Refusal {
  readonly code: unknown;
  readonly severity?: unknown;
  readonly routine?: unknown;
}

/** PostgreSQL ends a login with what would fail a statement later: there it is the address that asks for it. */
function toReason({ code, severity, routine }: Refusal): string | undefined {
  const isOfOptions = OF_OPTIONS.has(code) || (code === '42501' && routine !== OF_DATABASE);
  return severity === 'FATAL' && isOfOptions ? 'database_option_refused' : REASONS.get(code);
}

function unfit(url: string, facts: Facts, cause: unknown): OperationError {
  const all = { ...toAddress(url), ...facts };
  return new OperationError('storage_unfit', 'not_started', all, { cause });
}

/** What of an address may be shown, as the driver reads it: what stands behind `?` comes first. */
export function toAddress(url: string): { readonly database: string; readonly at: string } {
  // A user without a host, as for a socket, is no URL to Node; and its error would show the whole of it.
  const text = URL.canParse(url) ? url : url.replace('@/', '@localhost/');
  if (!URL.canParse(text)) return { database: '', at: '' };
  const { hostname, port, pathname, searchParams } = new URL(text);
  const host = searchParams.get('host') || decode(hostname) || 'localhost';
  const ownPort = searchParams.get('port') || port || DEFAULT_PORT;
  return {
    database: decode(pathname.slice(1)),
    at: host.startsWith('/') ? host : `${host}:${ownPort}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
