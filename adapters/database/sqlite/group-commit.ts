/**
 * Transactions of one connection that share a commit: what waits while one runs joins it, each behind a savepoint.
 *
 * A commit waits for the disk once, whatever is in it. Nobody is answered before it; what fails is rolled back by itself,
 * and when the commit fails, all of it has failed.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { RunTransaction } from '../open-database.ts';
import { untilFailure } from './until-failure.ts';

/** After so long nobody joins any more: the first one waits for its answer. */
const JOIN_WITHIN_MS = 5;

interface Member<Tables> {
  /** Answers how its caller is told of the commit. */
  readonly work: (db: Kysely<Tables>, keepToItself: () => void) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/** @param onEnd Told after each of them; must not throw. */
export function createGroupCommit<Tables>(
  kysely: () => Kysely<Tables>,
  onEnd: () => void = () => undefined,
): RunTransaction<Tables> {
  const waiting: Member<Tables>[] = [];
  // What goes on after one caller's work must not run in that caller's context.
  const inOwnContext = AsyncLocalStorage.snapshot();
  let isRunning = false;

  async function runGroups(): Promise<void> {
    isRunning = true;
    for (let first = waiting.shift(); first; first = waiting.shift()) {
      await runGroup(kysely, first, waiting);
      onEnd();
      // SQLite works in this thread: without a pause, a long line would keep everything else from running.
      if (waiting.length > 0) await letOthersRun();
    }
    isRunning = false;
  }

  return (work) => {
    const inCallersContext = AsyncLocalStorage.snapshot();
    return new Promise((resolve, fail) => {
      const doWork = async (db: Kysely<Tables>, keepToItself: () => void) => {
        const result = await work(db, keepToItself);
        return () => resolve(result);
      };
      waiting.push({ work: (...given) => inCallersContext(doWork, ...given), fail });
      if (!isRunning) void inOwnContext(runGroups);
    });
  };
}

/** Never rejects: each member is told what became of it. */
async function runGroup<Tables>(
  kysely: () => Kysely<Tables>,
  first: Member<Tables>,
  waiting: Member<Tables>[],
): Promise<void> {
  const joined = [first];
  const answers: (() => void)[] = [];
  let joinsUntil = performance.now() + JOIN_WITHIN_MS;
  const letNobodyJoin = () => {
    joinsUntil = Number.NEGATIVE_INFINITY;
  };
  try {
    await kysely()
      .transaction()
      .execute(async (db) => {
        answers.push(await untilFailure(db, (own) => first.work(own, letNobodyJoin)));
        while (performance.now() < joinsUntil) {
          const next = waiting.shift();
          if (!next) return;
          const answer = await runJoined(db, next, letNobodyJoin);
          if (!answer) continue;
          joined.push(next);
          answers.push(answer);
        }
      });
  } catch (error) {
    for (const { fail } of joined) fail(error);
    return;
  }
  for (const answer of answers) answer();
}

/** Undefined when it failed and nothing of it stays. @throws when the whole transaction is lost with it. */
async function runJoined<Tables>(
  db: Kysely<Tables>,
  { work, fail }: Member<Tables>,
  letNobodyJoin: () => void,
): Promise<(() => void) | undefined> {
  try {
    await sql`savepoint joined`.execute(db);
    const answer = await untilFailure(db, (own) => work(own, letNobodyJoin));
    await sql`release joined`.execute(db);
    return answer;
  } catch (error) {
    fail(error);
    // A full disk lets SQLite roll back everything by itself; then there is no savepoint either.
    await sql`rollback to joined`.execute(db).catch(() => {
      throw error;
    });
    await sql`release joined`.execute(db);
    return undefined;
  }
}
