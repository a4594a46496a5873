/**
 * The unit of work, one code for SQLite and PostgreSQL.
 *
 * Kysely runs transactions and frees their connection however they end, also when a rollback fails; MikroORM's own
 * begin and rollback keep the connection then. `tx.native` is an entity manager bound to it.
 */
import type { EntityManager } from '@mikro-orm/core';
import type { Kysely } from 'kysely';
import type { ApprovalReads, ApprovalStore, ApprovalTx } from '#approvals/request-store.ts';
import { refuseInsideTransaction, runInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import type { Codecs } from './codec.ts';
import type { Dialect } from './dialect.ts';
import type { Tables } from './entities/entities.ts';
import { toStorageError } from './faults.ts';
import type { RunTransaction } from './open-database.ts';
import type { TxScope } from './scope.ts';
import { createRunStatement, type Statements } from './statements.ts';
import { raiseCounter } from './tables/counter.ts';
import { createReads, createTables, type Own } from './tables/tables.ts';

export interface StoreParts {
  readonly kysely: () => Kysely<Tables>;
  readonly runTransaction: RunTransaction;
  readonly fork: () => EntityManager;
  readonly dialect: Dialect;
  readonly codecs: Codecs;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly statements: Statements;
  readonly close: () => Promise<void>;
}

export function createStore(parts: StoreParts): ApprovalStore {
  return {
    close: parts.close,
    async transact(work) {
      refuseInsideTransaction('transact');
      const callbacks: (() => void)[] = [];
      const result = await runInsideTransaction(() => runTransaction(parts, callbacks, work));
      for (const callback of callbacks) callback();
      return result;
    },
    async read(work) {
      refuseInsideTransaction('read');
      return openReads(parts).then(work).catch(throwStorageError);
    },
  };
}

async function runTransaction<A>(
  parts: StoreParts,
  callbacks: (() => void)[],
  work: (tx: ApprovalTx) => Promise<A>,
): Promise<A> {
  // In the order in which they were met.
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  const sent: Promise<unknown>[] = [];
  const send: TxScope['send'] = async (statement) => {
    if (!parts.dialect.pipelines) return statement;
    sent.push(statement.catch(fail));
    return undefined;
  };
  const run = parts.runTransaction(async (db, keepToItself) => {
    const now = new Date(await parts.dialect.readClock(db));
    return work(createTx(parts, { db, now, send, keepToItself }, callbacks)).catch(
      (error: unknown) => {
        fail(error);
        throw error;
      },
    );
  });
  const result = await run.catch(fail);
  await Promise.all(sent);
  // The first one: a rollback that fails must not hide why there was one, nor a commit of what had been undone that it was.
  if (failures.length > 0) throwStorageError(failures[0]);
  return result as A;
}

function createTx(
  parts: StoreParts,
  { db, now, send, keepToItself }: Pick<TxScope, 'db' | 'now' | 'send' | 'keepToItself'>,
  callbacks: (() => void)[],
): ApprovalTx {
  const { dialect, codecs, queue, statements } = parts;
  let native: EntityManager | undefined;
  const own: Pick<ApprovalTx, Own> = {
    now,
    nextNumber: (series) => raiseCounter(db, series),
    lock: (what) => dialect.lock(db, what),
    async enqueue(wakeUps) {
      if (wakeUps.length > 0) await queue.enqueue(tx, wakeUps);
    },
    afterCommit: (callback) => void callbacks.push(callback),
    get native() {
      native ??= bindTo(db, parts.fork());
      return native;
    },
  };
  const tx: ApprovalTx = extend(
    createTables({
      ...{ db, now, dialect, codecs, send, keepToItself },
      run: createRunStatement(db, statements),
    }),
    own,
  );
  return tx;
}

function bindTo(db: Kysely<Tables>, entityManager: EntityManager): EntityManager {
  entityManager.setTransactionContext(db);
  return entityManager;
}

async function openReads({
  kysely,
  dialect,
  codecs,
  statements,
}: StoreParts): Promise<ApprovalReads> {
  const db = kysely();
  const now = new Date(await dialect.readClock(db));
  const run = createRunStatement(db, statements);
  return extend(createReads({ db, now, dialect, codecs, run }), { now });
}

/** With getters left as they are: a table is made when it is asked for. */
function extend<A extends object, B extends object>(whole: A, more: B): A & B {
  return Object.defineProperties(whole, Object.getOwnPropertyDescriptors(more)) as A & B;
}

function throwStorageError(error: unknown): never {
  throw toStorageError(error);
}
