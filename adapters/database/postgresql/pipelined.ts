/**
 * Statements that go out in the order in which they are asked for, each without waiting for the answer to the last: what
 * asks for several at once waits for one round trip. Kysely itself sends one after the other.
 */
import { CompiledQuery, type DatabaseConnection, type Kysely } from 'kysely';
import type { RunOnOne, RunTransaction } from '../open-database.ts';
import { transactionOn } from '../transaction-on.ts';

/** Each has its own commit. */
const nobodyJoins = () => undefined;

type Work<Tables, A> = (db: Kysely<Tables>) => Promise<A>;

interface Pipelined<Tables> {
  readonly runTransaction: RunTransaction<Tables>;
  readonly runOnOne: RunOnOne<Tables>;
}

export function createPipelined<Tables>(kysely: () => Kysely<Tables>): Pipelined<Tables> {
  const provide = <A>(use: (connection: DatabaseConnection) => Promise<A>) =>
    kysely().getExecutor().provideConnection(use);
  /** What is asked for after `work` has ended, by a part of it that nobody waits for, would be outside its transaction. */
  async function runOwn<A>(connection: DatabaseConnection, work: Work<Tables, A>): Promise<A> {
    let isOver = false;
    const own = transactionOn(kysely(), {
      provideConnection: (ask) =>
        isOver ? Promise.reject(new Error('what it belongs to has ended')) : ask(connection),
    });
    return await work(own).finally(() => {
      isOver = true;
    });
  }
  return {
    runOnOne: (work) => provide((connection) => runOwn(connection, work)),
    runTransaction: (work) =>
      provide((connection) =>
        runOn(connection, () => runOwn(connection, (db) => work(db, nobodyJoins))),
      ),
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
    // Why there is one is told: a connection that broke off can have none, and no commit either.
    await run('rollback').catch(() => undefined);
    throw error;
  }
}
