/** What the names of configured groups stood for when they were first read. */
import type { GroupPin, GroupPinReads, GroupPinTable } from '#core/ports/group-pins.ts';
import type { Scope } from '../scope.ts';

export function createGroupPinReads({ db, codecs }: Scope): GroupPinReads {
  const codec = codecs<GroupPin>('group_pin');
  return {
    async list(source) {
      const select = db.selectFrom('group_pin').selectAll().where('source', '=', source);
      return (await select.orderBy('name').execute()).map(codec.toRow);
    },
  };
}

export function createGroupPinTable(scope: Scope): GroupPinTable {
  const { db, codecs, now } = scope;
  return {
    ...createGroupPinReads(scope),
    async insert(pin) {
      const row = codecs<GroupPin>('group_pin').toColumns({ ...pin, pinnedAt: now });
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('group_pin')
        .values(row)
        .onConflict((conflict) => conflict.columns(['source', 'name']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
