/** Who was to be told of a request, and whether they were. */
import type { Telling, TellingReads, TellingTable } from '#core/ports/tellings.ts';
import { isOne, lockRow, type Scope } from '../scope.ts';

/** A statement takes no more than 32,766 values on SQLite. */
const ROWS_AT_ONCE = 1_000;

export function createTellingReads({ db, codecs }: Scope): TellingReads {
  const codec = codecs<Telling>('telling');
  const select = db.selectFrom('telling').selectAll();
  return {
    async list(requestId) {
      const ofRequest = select.where('request_id', '=', requestId);
      const rows = await ofRequest.orderBy('person_name').orderBy('person_id').execute();
      return rows.map(codec.toRow);
    },
    async sum(requestId, namesAtMost) {
      const first = async (outcome: Telling['outcome']) => {
        const those = select.where('request_id', '=', requestId).where('outcome', '=', outcome);
        const byName = those.orderBy('person_name').orderBy('person_id').limit(namesAtMost);
        return (await byName.execute()).map(codec.toRow);
      };
      const counted = await db
        .selectFrom('telling')
        .select(({ fn }) => ['outcome', fn.countAll().as('count')])
        .where('request_id', '=', requestId)
        .groupBy('outcome')
        .execute();
      const count = (of: Telling['outcome']) =>
        Number(counted.find(({ outcome }) => outcome === of)?.count ?? 0);
      return {
        counts: {
          waiting: count('waiting'),
          told: count('told'),
          not_reached: count('not_reached'),
        },
        told: await first('told'),
        notReached: await first('not_reached'),
      };
    },
    async hasWaiting(requestId) {
      const row = await db
        .selectFrom('telling')
        .select('person_id')
        .where('request_id', '=', requestId)
        .where('outcome', '=', 'waiting')
        .executeTakeFirst();
      return row !== undefined;
    },
    async listMissed(personId) {
      const ofPerson = select.where('person_id', '=', personId);
      const missed = ofPerson.where('outcome', '=', 'not_reached');
      const rows = await missed.orderBy('request_id').execute();
      return rows.map(codec.toRow);
    },
  };
}

export function createTellingTable(scope: Scope): TellingTable {
  const { db, now, codecs } = scope;
  const codec = codecs<Telling>('telling');
  return {
    ...createTellingReads(scope),
    async lock(requestId, personId) {
      const query = db
        .selectFrom('telling')
        .selectAll()
        .where('request_id', '=', requestId)
        .where('person_id', '=', personId);
      const row = await lockRow(query, scope).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async insert(tellings) {
      const rows = tellings.map((telling) => codec.toColumns({ ...telling, changedAt: now }));
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
        await db
          .insertInto('telling')
          .values(rows.slice(at, at + ROWS_AT_ONCE))
          .onConflict((conflict) => conflict.columns(['request_id', 'person_id']).doNothing())
          .execute();
    },
    async change(requestId, personId, { outcome, code }) {
      const result = await db
        .updateTable('telling')
        .set(codec.toColumns({ outcome, code, changedAt: now }))
        .where('request_id', '=', requestId)
        .where('person_id', '=', personId)
        .where(({ eb, or }) =>
          or([
            eb('outcome', '<>', outcome),
            code === null ? eb('code', 'is not', null) : eb('code', 'is distinct from', code),
          ]),
        )
        .executeTakeFirst();
      return isOne(result);
    },
  };
}
