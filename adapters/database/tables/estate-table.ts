/** What platforms own. Its change sequence rises in the order of commits, so a reader can go on after the last it saw. */
import { type Expression, sql } from 'kysely';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { EstateReads, EstateTable, EstateWrite } from '#core/ports/store.ts';
import type { Stored } from '../entities/entities.ts';
import type { Scope, TxScope } from '../scope.ts';
import { raiseCounter } from './counter.ts';

const MOST_AT_ONCE = 200;
const REPLACED = [
  'connection_id',
  'kind',
  'handle',
  'identity',
  'body',
  'owner_id',
  'is_twin',
  'gone',
  'change_seq',
  'seen_at',
] as const;

type EstateRow = Omit<EstateObject, 'ownerId' | 'body'> & { readonly body: object };

export function createEstateReads({ db, codecs }: Scope): EstateReads {
  const codec = codecs<EstateObject>('estate_object');
  const select = db.selectFrom('estate_object').selectAll();
  const toObject = (row: object): EstateObject => {
    const { ownerId, ...object } = codec.toRow(row);
    return typeof ownerId === 'string' ? { ...object, ownerId } : object;
  };
  const list = async (query: typeof select) => (await query.execute()).map(toObject);
  return {
    listChangedAfter: (changeSeq, limit) =>
      list(select.where('change_seq', '>', changeSeq).orderBy('change_seq').limit(limit)),
    async find(id) {
      const row = await select.where('id', '=', id).executeTakeFirst();
      return row && toObject(row);
    },
    listByIdentity: (connectionId, kind, identity) =>
      list(
        select
          .where('connection_id', '=', connectionId)
          .where('kind', '=', kind)
          .where('identity', '=', identity)
          .orderBy('change_seq'),
      ),
    listByHandle: (connectionId, kind, handle) =>
      list(
        select
          .where('connection_id', '=', connectionId)
          .where('kind', '=', kind)
          .where('handle', '=', handle)
          .orderBy('change_seq'),
      ),
  };
}

export function createEstateTable(scope: TxScope): EstateTable {
  return {
    ...createEstateReads(scope),
    async write(objects) {
      if (objects.length === 0) return;
      if (objects.length > MOST_AT_ONCE) throw new RangeError(`at most ${MOST_AT_ONCE} a call`);
      // Who comes after takes what is written here into memory, where it would outlive a commit that fails.
      scope.keepToItself();
      await writeObjects(scope, objects);
    },
  };
}

/** The counter's row stays locked until the commit: whoever writes next gets higher numbers and commits later. */
async function writeObjects(scope: Scope, objects: readonly EstateWrite[]): Promise<void> {
  const { db, now, codecs } = scope;
  const codec = codecs<EstateRow>('estate_object');
  const last = await raiseCounter(db, 'estate', objects.length);
  const first = last - objects.length + 1;
  const rows = objects.map(({ ownerId, ...object }, index) => ({
    ...codec.toColumns({ ...object, changeSeq: first + index, seenAt: now }),
    owner_id: ownerId ?? null,
  }));
  const replacing = Object.fromEntries(
    REPLACED.map((column) => [column, sql`excluded.${sql.ref(column)}` as Expression<Stored>]),
  );
  await db
    .insertInto('estate_object')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(replacing))
    .execute();
}
