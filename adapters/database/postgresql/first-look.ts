/** What lets Drover log in and then says nothing ends a start, and does not hold it for ever. */
import type { Pool, QueryConfig } from 'pg';

/** As long as the login may take. Only for the first answer: a migration takes as long as it needs. */
const ANSWER_WITHIN_MS = 10_000;

/** On a connection that is used on. @throws Error `Query read timeout` */
export async function lookFirst(pool: Pool, withinMs = ANSWER_WITHIN_MS): Promise<void> {
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
