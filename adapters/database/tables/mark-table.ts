/** Small facts about the installation. */
import type { Reads, Tx } from '#core/ports/store.ts';
import type { Scope } from '../scope.ts';

export function createMarkReads({ db }: Scope): Pick<Reads, 'findMark'> {
  return {
    async findMark(key) {
      const query = db.selectFrom('mark').select('value').where('key', '=', key);
      const row = await query.executeTakeFirst();
      return row && String(row.value);
    },
  };
}

export function createMarkTable(scope: Scope): Pick<Tx, 'findMark' | 'setMark'> {
  return {
    ...createMarkReads(scope),
    async setMark(key, value) {
      await scope.db
        .insertInto('mark')
        .values({ key, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute();
    },
  };
}
