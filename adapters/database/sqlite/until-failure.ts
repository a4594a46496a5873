import type { Kysely } from 'kysely';
import { transactionOn } from '../transaction-on.ts';

/**
 * Does what PostgreSQL does by itself: after a statement that failed, this transaction takes no other.
 *
 * Of several that are asked for at once some still wait when one fails. SQLite would carry them out after the rollback, each
 * in a transaction of its own.
 */
export async function untilFailure<Tables, Answer>(
  begun: Kysely<Tables>,
  work: (db: Kysely<Tables>) => Promise<Answer>,
): Promise<Answer> {
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): never => {
    failure ??= { error };
    throw error;
  };
  const own = begun.getExecutor();
  const db = transactionOn<Tables>(begun, {
    provideConnection: (use) =>
      own.provideConnection((connection) => {
        if (failure) throw failure.error;
        return use(connection).catch(fail);
      }),
  });
  return work(db).catch(fail);
}
