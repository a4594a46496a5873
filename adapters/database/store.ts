/**
 * The unit of work, one code for SQLite and PostgreSQL.
 *
 * Kysely frees the connection of a transaction however it ends, also when a rollback fails; MikroORM's own begin and
 * rollback keep it then.
 */
import type { Kysely } from 'kysely';
import type { ApprovalReads, ApprovalStore, ApprovalTx } from '#approvals/request-store.ts';
import { refuseInsideTransaction, runInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { Opening } from '#core/ports/store.ts';
import type { WakeUp, WorkQueue } from '#core/ports/work-queue.ts';
import type { Codecs } from './codec.ts';
import type { Native } from './database-handle.ts';
import type { Dialect } from './dialect.ts';
import type { Tables } from './entities/entities.ts';
import { toStorageError } from './faults.ts';
import type { RunOnOne, RunTransaction } from './open-database.ts';
import type { Scope, TxScope } from './scope.ts';
import { createRunStatement, type Statements } from './statements.ts';
import { raiseCounter } from './tables/counter.ts';
import { askAhead, createFirstAsks } from './tables/first-asks.ts';
import { createReads, createTables } from './tables/tables.ts';

export interface StoreParts {
  readonly kysely: () => Kysely<Tables>;
  readonly runTransaction: RunTransaction;
  readonly runOnOne: RunOnOne;
  readonly dialect: Dialect;
  readonly codecs: Codecs;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly statements: Statements;
  readonly close: () => Promise<void>;
}

export function createStore(parts: StoreParts): ApprovalStore {
  return {
    close: parts.close,
    async transact(work, opening) {
      refuseInsideTransaction('transact');
      const callbacks: (() => void)[] = [];
      const result = await runInsideTransaction(() =>
        runTransaction(parts, callbacks, work, opening),
      );
      for (const callback of callbacks) callback();
      return result;
    },
    async read(work, opening) {
      refuseInsideTransaction('read');
      return openReads(parts, opening).then(work).catch(throwStorageError);
    },
  };
}

async function runTransaction<A>(
  parts: StoreParts,
  callbacks: (() => void)[],
  work: (tx: ApprovalTx) => Promise<A>,
  opening?: Opening,
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
    try {
      const scope = await begin(parts, db, { opening, hear: send });
      return await work(createTx(parts, { ...scope, send, keepToItself }, callbacks));
    } catch (error) {
      fail(error);
      throw error;
    }
  });
  const result = await run.catch(fail);
  await Promise.all(sent);
  // The first one: a rollback that fails must not hide why there was one, nor a commit of what had been undone that it was.
  const cause = failures.findIndex((failure) => !parts.dialect.isEcho(failure));
  if (failures.length > 0) throwStorageError(failures[Math.max(0, cause)]);
  return result as A;
}

interface Beginning {
  readonly opening: Opening | undefined;
  /** Of each answer to the opening, whether or not anybody asks for it. */
  readonly hear: (answer: Promise<unknown>) => unknown;
  /** Where all the rest is asked, if not there. */
  readonly later?: Kysely<Tables>;
}

/** Reads the clock and asks for what is wanted first: in one piece where the database allows it. */
async function begin(
  parts: StoreParts,
  db: Kysely<Tables>,
  { opening, hear, later }: Beginning,
): Promise<Scope> {
  const clock = parts.dialect.readClock(db);
  const first = toScope(parts, db);
  const scope = later ? toScope(parts, later) : first;
  const asks =
    parts.dialect.pipelines && opening
      ? askAhead({ first: first.asks, later: scope.asks }, opening, hear)
      : scope.asks;
  return { ...scope, asks, now: new Date(await clock) };
}

function toScope(
  { dialect, codecs, statements }: StoreParts,
  db: Kysely<Tables>,
): Omit<Scope, 'now'> {
  const scope = { db, dialect, codecs, run: createRunStatement(db, statements) };
  return { ...scope, asks: createFirstAsks(scope) };
}

/** The first of it on the connection that tells the time, which is given back when all of that has answered. */
async function openReads(parts: StoreParts, opening: Opening | undefined): Promise<ApprovalReads> {
  const scope = await parts.runOnOne(async (one) => {
    const answers: Promise<unknown>[] = [];
    // One that fails is told to whoever asks for it.
    const hear = (answer: Promise<unknown>) => answers.push(answer.catch(() => undefined));
    const begun = await begin(parts, one, { opening, hear, later: parts.kysely() });
    await Promise.all(answers);
    return begun;
  });
  return Object.assign(createReads(scope), { now: scope.now });
}

function createTx(
  { dialect, queue }: StoreParts,
  scope: TxScope,
  callbacks: (() => void)[],
): ApprovalTx {
  const { db, now, send } = scope;
  const native: Native = { db, send };
  const tx: ApprovalTx = Object.assign(createTables(scope), {
    ...{ now, native },
    nextNumber: (series: Parameters<ApprovalTx['nextNumber']>[0]) => raiseCounter(db, series),
    lock: (what: Parameters<ApprovalTx['lock']>[0]) => dialect.lock(db, what),
    async enqueue(wakeUps: readonly WakeUp[]) {
      if (wakeUps.length > 0) await queue.enqueue(tx, wakeUps);
    },
    afterCommit: (callback: () => void) => void callbacks.push(callback),
  });
  return tx;
}

function throwStorageError(error: unknown): never {
  throw toStorageError(error);
}
