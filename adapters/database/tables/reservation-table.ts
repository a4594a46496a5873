/** What is kept free for open requests and their jobs. */
import type { Reservation, ReservationReads, ReservationTable } from '#core/ports/reservations.ts';
import type { Scope, TxScope } from '../scope.ts';

export function createReservationReads({ db, codecs }: Scope): ReservationReads {
  const codec = codecs<Reservation>('reservation');
  return {
    async list() {
      const rows = await db.selectFrom('reservation').selectAll().orderBy('request_id').execute();
      return rows.map(codec.toRow);
    },
  };
}

export function createReservationTable(scope: TxScope): ReservationTable {
  const codec = scope.codecs<Reservation>('reservation');
  return {
    ...createReservationReads(scope),
    async put(reservation) {
      const columns = codec.toColumns(reservation);
      await scope.db
        .insertInto('reservation')
        .values(columns)
        .onConflict((conflict) => conflict.column('request_id').doUpdateSet(columns))
        .execute();
    },
    async delete(requestId) {
      const query = scope.db.deleteFrom('reservation').where('request_id', '=', requestId);
      await scope.send(query.execute());
    },
  };
}
