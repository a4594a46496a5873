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
import { raiseCounter } from './tables/counter.ts';
import { createReads, createTables, type Own } from './tables/tables.ts';

export interface StoreParts {
  readonly kysely: () => Kysely<Tables>;
  readonly runTransaction: RunTransaction;
  readonly fork: () => EntityManager;
  readonly dialect: Dialect;
  readonly codecs: Codecs;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
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
  let failure: { readonly error: unknown } | undefined;
  const run = parts.runTransaction(async (db) => {
    const now = new Date(await parts.dialect.readClock(db));
    return work(createTx(parts, db, now, callbacks)).catch((error: unknown) => {
      failure = { error };
      throw error;
    });
  });
  // A rollback that fails must not hide why there was one.
  return run.catch((error: unknown) => throwStorageError(failure ? failure.error : error));
}

function createTx(
  parts: StoreParts,
  db: Kysely<Tables>,
  now: Date,
  callbacks: (() => void)[],
): ApprovalTx {
  const { dialect, codecs, queue } = parts;
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
  const tx: ApprovalTx = extend(createTables({ db, now, dialect, codecs }), own);
  return tx;
}

function bindTo(db: Kysely<Tables>, entityManager: EntityManager): EntityManager {
  entityManager.setTransactionContext(db);
  return entityManager;
}

async function openReads({ kysely, dialect, codecs }: StoreParts): Promise<ApprovalReads> {
  const db = kysely();
  const now = new Date(await dialect.readClock(db));
  return extend(createReads({ db, now, dialect, codecs }), { now });
}

/** With getters left as they are: a table is made when it is asked for. */
function extend<A extends object, B extends object>(whole: A, more: B): A & B {
  return Object.defineProperties(whole, Object.getOwnPropertyDescriptors(more)) as A & B;
}

function throwStorageError(error: unknown): never {
  throw toStorageError(error);
}
