/** Requests and the votes on them. */
import type { Request, RequestReads, RequestTable, Vote } from '#approvals/request-store.ts';
import { isOne, lockRow, type Scope } from '../scope.ts';

export function createRequestReads({ db, codecs }: Scope): RequestReads {
  const codec = codecs<Request>('request');
  const select = db.selectFrom('request').selectAll();
  const take = async (query: typeof select) => {
    const row = await query.executeTakeFirst();
    return row && codec.toRow(row);
  };
  return {
    find: (id) => take(select.where('id', '=', id)),
    findByNumber: (number) => take(select.where('number', '=', number)),
    async list({ states, requesterId, limit }) {
      if (states?.length === 0) return [];
      const rows = await select
        .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
        .$if(requesterId !== undefined, (query) =>
          query.where('requester_id', '=', requesterId ?? ''),
        )
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(codec.toRow);
    },
    async listVotes(requestId, revision) {
      const rows = await db
        .selectFrom('vote')
        .selectAll()
        .where('request_id', '=', requestId)
        .where('revision', '=', revision)
        .orderBy('voted_at')
        .orderBy('arrival')
        .execute();
      return rows.map(codecs<Vote>('vote').toRow);
    },
  };
}

export function createRequestTable(scope: Scope): RequestTable {
  const { db, now, codecs } = scope;
  const codec = codecs<Request>('request');
  return {
    ...createRequestReads(scope),
    ...createVoteTable(scope),
    async insert(request) {
      const fresh = { state: 'open', revision: 1, cameBack: null, createdAt: now } as const;
      await db
        .insertInto('request')
        .values(codec.toColumns({ ...request, ...fresh }))
        .execute();
    },
    async lock(id) {
      const query = db.selectFrom('request').selectAll().where('id', '=', id);
      const row = await lockRow(query, scope).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async change(id, from, changes) {
      const result = await db
        .updateTable('request')
        .set(codec.toColumns({ state: from, ...changes }))
        .where('id', '=', id)
        .where('state', '=', from)
        .executeTakeFirst();
      return isOne(result);
    },
  };
}

function createVoteTable({ db, now, codecs }: Scope): Pick<RequestTable, 'putVote' | 'voidVote'> {
  const codec = codecs<Vote>('vote');
  return {
    async putVote(vote) {
      const columns = codec.toColumns({ ...vote, votedAt: now, voidCode: null });
      await db
        .insertInto('vote')
        .values(columns)
        .onConflict((conflict) =>
          conflict.columns(['request_id', 'revision', 'person_id']).doUpdateSet(columns),
        )
        .execute();
    },
    async voidVote(requestId, revision, personId, code) {
      await db
        .updateTable('vote')
        .set({ void_code: code })
        .where('request_id', '=', requestId)
        .where('revision', '=', revision)
        .where('person_id', '=', personId)
        .execute();
    },
  };
}
