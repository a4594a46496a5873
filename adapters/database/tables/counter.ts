/** Series that rise: the row of one is locked until the transaction ends, so there are no doubles and no overtaking. */
import type { Kysely } from 'kysely';
import type { Tables } from '../entities/entities.ts';

export type Series = 'job' | 'request' | 'estate';

/** Answers the highest number of those that are now the caller's. */
export async function raiseCounter(db: Kysely<Tables>, name: Series, by = 1): Promise<number> {
  const { value } = await db
    .insertInto('counter')
    .values({ name, value: by })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet(({ eb }) => ({ value: eb('counter.value', '+', by) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return Number(value);
}
