/** What a database says when its storage fails, in our codes; everything else keeps its own error. */
import { OperationError } from '#core/errors.ts';

const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOT_A_DATABASE = 26;
/** Extended SQLite codes carry their kind in the lowest byte. */
const KIND = 0xff;

/** PostgreSQL's `disk_full`, and what the operating system says. */
const FULL_CODES: readonly unknown[] = ['53100', 'ENOSPC', 'EDQUOT'];
const UNFIT_REASONS = new Map([
  [SQLITE_READONLY, 'read_only'],
  [SQLITE_CORRUPT, 'damaged'],
  [SQLITE_NOT_A_DATABASE, 'not_a_database'],
]);

/** Answers `storage_full` and `storage_unfit` where that is what happened, else the error as it is. */
export function toStorageError(error: unknown): unknown {
  if (error instanceof OperationError) return error;
  for (const cause of listCauses(error)) {
    const kind = 'errcode' in cause ? Number(cause.errcode) & KIND : undefined;
    if (kind === SQLITE_FULL || ('code' in cause && FULL_CODES.includes(cause.code))) {
      return new OperationError('storage_full', 'not_started', {}, { cause: error });
    }
    const reason = kind === undefined ? undefined : UNFIT_REASONS.get(kind);
    if (reason)
      return new OperationError('storage_unfit', 'not_started', { reason }, { cause: error });
  }
  return error;
}

function listCauses(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let next = error; next instanceof Error && causes.length < 5; next = next.cause) {
    causes.push(next);
  }
  return causes;
}
