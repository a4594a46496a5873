/** How each configured connection fares. */
import type {
  ConnectionState,
  ConnectionStateReads,
  ConnectionStateTable,
} from '#core/ports/connection-states.ts';
import type { Scope } from '../scope.ts';

export function createConnectionStateReads({ db, codecs }: Scope): ConnectionStateReads {
  const codec = codecs<ConnectionState>('connection_state');
  const select = db.selectFrom('connection_state').selectAll();
  return {
    async find(id) {
      const row = await select.where('id', '=', id).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async list() {
      return (await select.orderBy('id').execute()).map(codec.toRow);
    },
  };
}

export function createConnectionStateTable(scope: Scope): ConnectionStateTable {
  const codec = scope.codecs<ConnectionState>('connection_state');
  return {
    ...createConnectionStateReads(scope),
    async save(id, changes) {
      const columns = codec.toColumns(changes);
      await scope.db
        .insertInto('connection_state')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ id, ...columns }))
        .execute();
    },
  };
}
