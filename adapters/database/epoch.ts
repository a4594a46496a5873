/**
 * Tells a database that was restored or moved from the one that this installation knows (H37).
 *
 * The database carries a random mark, and a small file beside it the same one. An installation whose marks differ
 * stands before a world that went on without it; the caller holds it. A restore gives the database a new mark
 * (`setMark(EPOCH_MARK, createEpoch())`) and leaves the file as it is.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from './entities/entities.ts';

export const EPOCH_MARK = 'epoch';
const FILE_NAME = 'epoch';

export interface Epoch {
  readonly value: string;
  /** The database had none: it was made just now. */
  readonly isNew: boolean;
}

export function createEpoch(): string {
  return randomUUID();
}

/** Several processes may start at once: the first one's mark stands. */
export async function ensureEpoch(db: Kysely<Tables>): Promise<Epoch> {
  const find = db.selectFrom('mark').select('value').where('key', '=', EPOCH_MARK);
  const known = await find.executeTakeFirst();
  if (known) return { value: String(known.value), isNew: false };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('mark')
    .values({ key: EPOCH_MARK, value: createEpoch() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  const { value } = await find.executeTakeFirstOrThrow();
  return { value: String(value), isNew: numInsertedOrUpdatedRows === 1n };
}

/** Answers `undefined` when there is no mark file in the folder. */
export async function readEpochMark(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, FILE_NAME), 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file is whole or as it was: it is written beside and renamed. */
export async function writeEpochMark(folder: string, epoch: string): Promise<void> {
  const file = join(folder, FILE_NAME);
  await writeFile(`${file}.new`, `${epoch}\n`, { flush: true });
  await rename(`${file}.new`, file);
}

/**
 * `first_start`: a new database, and no mark of an earlier one. A known database without a mark file was moved here,
 * and a new one beside a mark has lost its past: both differ.
 */
export function compareEpoch(
  { value, isNew }: Epoch,
  mark: string | undefined,
): 'same' | 'differs' | 'first_start' {
  if (mark === value) return 'same';
  return isNew && mark === undefined ? 'first_start' : 'differs';
}
