/**
 * Statements that go out in the order in which they are asked for, each without waiting for the answer to the last: what
 * asks for several at once waits for one round trip. Kysely itself sends one after the other.
 */
import { CompiledQuery, type DatabaseConnection, type Kysely } from 'kysely';
import type { RunOnOne, RunTransaction } from '../open-database.ts';
import { transactionOn } from '../transaction-on.ts';

/** Each has its own commit. */
const nobodyJoins = () => undefined;

interface Pipelined<Tables> {
  readonly runTransaction: RunTransaction<Tables>;
  readonly runOnOne: RunOnOne<Tables>;
}

export function createPipelined<Tables>(kysely: () => Kysely<Tables>): Pipelined<Tables> {
  const runOnOne = <A>(work: (db: Kysely<Tables>, connection: DatabaseConnection) => Promise<A>) =>
    kysely()
      .getExecutor()
      .provideConnection(async (connection) => {
        let isOver = false;
        const own = transactionOn(kysely(), {
          provideConnection: (ask) =>
            isOver ? Promise.reject(new Error('its connection is given back')) : ask(connection),
        });
        return await work(own, connection).finally(() => {
          isOver = true;
        });
      });
  return {
    runOnOne,
    runTransaction: (work) =>
      runOnOne((db, connection) => runOn(connection, () => work(db, nobodyJoins))),
  };
}

/**
 * `begin` is not waited for. Where it fails, what went out with it is no part of any transaction: `work` only reads until it
 * has heard the clock, which answers with `begin` or fails with it.
 */
async function runOn<A>(connection: DatabaseConnection, work: () => Promise<A>): Promise<A> {
  const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text));
  const begun = run('begin');
  try {
    const [result] = await Promise.all([work(), begun]);
    await run('commit');
    return result;
  } catch (error) {
    await run('rollback');
    throw error;
  }
}
