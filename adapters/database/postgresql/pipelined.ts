/**
 * Transactions whose statements go out in the order in which they are asked for, each without waiting for the answer to
 * the last: what asks for several at once waits for one round trip. Kysely itself sends one after the other.
 */
import type { Kysely } from 'kysely';
import type { RunTransaction } from '../open-database.ts';
import { transactionOn } from '../transaction-on.ts';

/** Each has its own commit. */
const nobodyJoins = () => undefined;

export function createPipelined<Tables>(kysely: () => Kysely<Tables>): RunTransaction<Tables> {
  return (work) =>
    kysely()
      .transaction()
      .execute((begun) =>
        begun
          .getExecutor()
          .provideConnection((connection) =>
            work(
              transactionOn(begun, { provideConnection: (use) => use(connection) }),
              nobodyJoins,
            ),
          ),
      );
}
