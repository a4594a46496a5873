import {
  type ConnectionProvider,
  DummyDriver,
  type Kysely,
  PostgresDialect,
  Transaction,
} from 'kysely';

/** Of these a transaction that was begun uses nothing: begin, end and printing are the executor's. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('there is one')) });
const driver = new DummyDriver();

/** The same transaction, with another way for its statements to their connection. */
export function transactionOn<Tables>(
  begun: Kysely<Tables>,
  provider: ConnectionProvider,
): Kysely<Tables> {
  const executor = begun.getExecutor().withConnectionProvider(provider);
  return new Transaction<Tables>({ config: { dialect }, dialect, driver, executor });
}
