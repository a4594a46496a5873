/** Writes to a file, and prints what is committed, until it is killed: `checkpoint-writer.ts FILE FROM [COUNT]`. Closes nothing. */
import { openSqlite } from '#adapters/database/sqlite/open-sqlite.ts';

const [file = '', from = '0', count = 'Infinity'] = process.argv.slice(2);
const { runTransaction } = await openSqlite(file);
for (let number = Number(from) + 1; number <= Number(from) + Number(count); number += 1) {
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
