/** Writes to a file until it is killed, and prints what is committed: `checkpoint-writer.ts FILE FROM`. */
import { openSqlite } from '#adapters/database/sqlite/open-sqlite.ts';

const [file = '', from = '0'] = process.argv.slice(2);
const { runTransaction } = await openSqlite(file);
for (let number = Number(from) + 1; ; number += 1) {
  const value = `${number} ${'x'.repeat(5000)}`;
  await runTransaction((db) =>
    db
      .insertInto('mark')
      .values({ key: `mark ${number % 500}`, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute(),
  );
  process.stdout.write(`${number}\n`);
}
