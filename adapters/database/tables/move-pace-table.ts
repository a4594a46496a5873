/** How long moves took. */
import type { MovePace, MovePaceReads, MovePaceTable } from '#core/ports/move-pace.ts';
import type { Scope } from '../scope.ts';

export function createMovePaceReads({ db, codecs }: Scope): MovePaceReads {
  const codec = codecs<MovePace>('move_pace');
  return {
    async list() {
      return (await db.selectFrom('move_pace').selectAll().execute()).map(codec.toRow);
    },
  };
}

export function createMovePaceTable(scope: Scope): MovePaceTable {
  const codec = scope.codecs<MovePace>('move_pace');
  return {
    ...createMovePaceReads(scope),
    async put(pace) {
      const columns = codec.toColumns(pace);
      await scope.db
        .insertInto('move_pace')
        .values(columns)
        .onConflict((conflict) => conflict.columns(['connection_id', 'what']).doUpdateSet(columns))
        .execute();
    },
  };
}
