/**
 * node-postgres' client, with two round trips fewer a transaction and no statement planned twice.
 *
 * `begin` brings the database's clock along, which every transaction reads first. Statements with values are prepared
 * under a name, once a connection; behind a pooler that hands connections out by transaction, that needs one which keeps
 * prepared statements (PgBouncer 1.21 and later does).
 */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import pg from 'pg';

/** As it stands: each transaction asks for it, and to make a number of it costs the server more than to tell it. */
export const CLOCK = 'select clock_timestamp() as now';

/**
 * A newer Drover added a column: what was planned for the old table is refused for as long as the connection lasts. Or a
 * pooler gave another connection, which has no such statement, or has one already.
 */
const LOST_PLANS: ReadonlySet<string> = new Set(['0A000', '26000', '42P05']);

export const TRANSACTION_FAILED = '25P02';

/** Statements differ only by the lengths of their lists; beyond these they are planned each time. */
const NAMES_AT_MOST = 500;

const names = new Map<string, string>();

/** What takes a connection and never answers ends after it, and not never. */
const CONNECT_WITHIN_MS = 10_000;

type Query = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

export class PostgresClient extends pg.Client {
  /** The answer to `CLOCK` that comes with `begin`. */
  #clock: Promise<pg.QueryResult> | undefined;
  #prepares = true;
  /** In a transaction that failed nothing is planned, and what was sent in the belief that it is finds no plan. */
  #plansNothing = false;
  /** A statement was refused here, as one is whose values cannot be written: PostgreSQL never saw it and would commit the rest. */
  #lacks = false;
  #isGathering = false;

  constructor(config?: pg.ClientConfig) {
    // The pool hides the password from copies.
    const { password } = config ?? {};
    super({ connectionTimeoutMillis: CONNECT_WITHIN_MS, ...config, password });
  }

  // One of the forms in which node-postgres can be asked: the one that Kysely uses.
  override query = ((text: string, values?: unknown[]) => {
    const clock = this.#clock;
    this.#clock = undefined;
    if (typeof text !== 'string') return super.query(text, values);
    if (clock && text === CLOCK) return clock;
    this.#gather();
    if (text === 'begin') return this.#begin();
    if (text === 'commit' || text === 'rollback') return this.#end(text);
    if (!values?.length) return super.query(text, values);
    const name = this.#prepares ? nameOf(text) : undefined;
    return this.#queryWith({ text, values, ...(name && { name }) });
  }) as Query as typeof pg.Client.prototype.query;

  /** What is asked for before others are heard goes out in one piece: each costs as much as the statement in it. */
  #gather(): void {
    if (this.#isGathering) return;
    const { stream } = (this as unknown as { connection: { stream: Writable } }).connection;
    this.#isGathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  #begin(): Promise<pg.QueryResult> {
    // What was refused before was none of this one's.
    this.#lacks = false;
    const answers = super.query(`begin; ${CLOCK}`) as Promise<unknown>;
    const answerOf = (at: 0 | 1) =>
      answers.then((both) => (both as [pg.QueryResult, pg.QueryResult])[at]);
    this.#clock = answerOf(1);
    // Nobody need ask for it, and who began hears of the same fault.
    this.#clock.catch(() => undefined);
    return answerOf(0);
  }

  async #end(text: 'commit' | 'rollback'): Promise<pg.QueryResult> {
    try {
      const ended = await super.query(this.#lacks ? 'rollback' : text);
      // PostgreSQL answers so, and not with an error, where a statement had failed.
      if (text === 'commit' && ended.command === 'ROLLBACK')
        throw new Error('the transaction was undone: a statement in it had failed');
      return ended;
    } finally {
      this.#plansNothing = false;
    }
  }

  async #queryWith(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await super.query(statement);
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined;
      if (code === undefined) this.#lacks = true;
      if (code === TRANSACTION_FAILED) this.#plansNothing = true;
      else if (code && LOST_PLANS.has(code) && !this.#plansNothing) this.#prepares = false;
      throw error;
    }
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= NAMES_AT_MOST) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
