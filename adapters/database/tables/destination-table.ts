/** Places in chats where something could not be said. */
import type { DestinationReads, DestinationTable, FailingPlace } from '#core/ports/destinations.ts';
import { isOne, type Scope } from '../scope.ts';

export function createDestinationReads({ db, codecs }: Scope): DestinationReads {
  const codec = codecs<FailingPlace>('destination');
  return {
    async find(transport, place) {
      const row = await db
        .selectFrom('destination')
        .selectAll()
        .where('transport', '=', transport)
        .where('place', '=', place)
        .executeTakeFirst();
      return row && codec.toRow(row);
    },
    async listDead(limit) {
      const rows = await db
        .selectFrom('destination')
        .selectAll()
        .where('dead_at', 'is not', null)
        .orderBy('dead_at')
        .orderBy('place')
        .limit(limit)
        .execute();
      return rows.map(codec.toRow);
    },
  };
}

export function createDestinationTable(scope: Scope): DestinationTable {
  const { db, now, codecs } = scope;
  const codec = codecs<FailingPlace>('destination');
  return {
    ...createDestinationReads(scope),
    async fail(transport, place, code) {
      const row = codec.toColumns({ transport, place, code, failures: 1, failedAt: now });
      const known = codec.toColumns({ code, failedAt: now });
      const failing = await db
        .insertInto('destination')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['transport', 'place'])
            .doUpdateSet(({ eb }) => ({ ...known, failures: eb('destination.failures', '+', 1) })),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      return codec.toRow(failing);
    },
    async markDead(transport, place) {
      const result = await db
        .updateTable('destination')
        .set(codec.toColumns({ deadAt: now }))
        .where('transport', '=', transport)
        .where('place', '=', place)
        .where('dead_at', 'is', null)
        .executeTakeFirst();
      return isOne(result);
    },
    async remove(transport, place) {
      const row = await db
        .deleteFrom('destination')
        .where('transport', '=', transport)
        .where('place', '=', place)
        .returningAll()
        .executeTakeFirst();
      return row && codec.toRow(row);
    },
  };
}
