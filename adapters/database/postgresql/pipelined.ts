/**
 * Transactions whose statements go out in the order in which they are asked for, each without waiting for the answer to
 * the last: what asks for several at once waits for one round trip. Kysely itself sends one after the other.
 */
import {
  type ConnectionProvider,
  DummyDriver,
  type Kysely,
  PostgresDialect,
  Transaction,
} from 'kysely';
import type { RunTransaction } from '../open-database.ts';

/** Of these a transaction uses only the executor: it is begun and ended outside. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('there is one')) });
const driver = new DummyDriver();

export function createPipelined<Tables>(kysely: () => Kysely<Tables>): RunTransaction<Tables> {
  return (work) =>
    kysely()
      .transaction()
      .execute((begun) => {
        const own = begun.getExecutor();
        return own.provideConnection((connection) => {
          const provider: ConnectionProvider = { provideConnection: (use) => use(connection) };
          const executor = own.withConnectionProvider(provider);
          return work(new Transaction<Tables>({ config: { dialect }, dialect, driver, executor }));
        });
      });
}
