/** What lets Drover log in and then says nothing ends a start, and does not hold it for ever. */
import type { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Pool, QueryConfig } from 'pg';

/** As long as the login may take. Only for the first answer: a migration takes as long as it needs. */
const ANSWER_WITHIN_MS = 10_000;

export interface FirstLook {
  /** Among the options of the driver. */
  readonly onPoolCreated: (pool: Pool) => void;
  /** Asks on a connection that is used on. @throws Error `Query read timeout` */
  readonly look: (orm: MikroORM<PostgreSqlDriver>) => Promise<void>;
}

/** MikroORM's own connecting asks, too, and would wait. So this asks the pool beneath it. */
export function createFirstLook(withinMs = ANSWER_WITHIN_MS): FirstLook {
  let pool: Pool | undefined;
  return {
    onPoolCreated(created) {
      pool = created;
    },
    async look(orm) {
      orm.em.getConnection().getClient();
      if (!pool) throw new Error('MikroORM made no pool of connections');
      await lookWith(pool, withinMs);
    },
  };
}

async function lookWith(pool: Pool, withinMs: number): Promise<void> {
  const client = await pool.connect();
  const question: QueryConfig & { readonly query_timeout: number } = {
    text: 'select 1',
    query_timeout: withinMs,
  };
  try {
    await client.query(question);
  } catch (error) {
    // Who does not answer says no goodbye either, and closing would wait for it.
    client.connection.stream.destroy();
    client.release(true);
    throw error;
  }
  client.release();
}
