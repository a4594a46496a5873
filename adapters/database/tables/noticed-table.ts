/** What was noticed and told to operators, and the VMs of lost hosts. */
import { sql } from 'kysely';
import type { Noticed, NoticedReads, NoticedTable, NoticedVm } from '#core/ports/noticed.ts';
import type { Scope } from '../scope.ts';

export function createNoticedReads({ db, codecs, dialect }: Scope): NoticedReads {
  const codec = codecs<Noticed>('noticed');
  const vmCodec = codecs<NoticedVm>('noticed_vm');
  const select = db.selectFrom('noticed').selectAll();
  const selectVms = db.selectFrom('noticed_vm').selectAll();
  const take = async (query: typeof select) => {
    const row = await query.executeTakeFirst();
    return row && codec.toRow(row);
  };
  return {
    find: (id) => take(select.where('id', '=', id)),
    findNewest: (objectId, code) =>
      take(
        select
          .where('object_id', '=', objectId)
          .where('code', '=', code)
          .orderBy('told_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1),
      ),
    async listRecent(connectionId, code, endedAfter) {
      const rows = await select
        .where('connection_id', '=', connectionId)
        .where('code', '=', code)
        .where(({ eb, or }) =>
          or([eb('ended_at', 'is', null), eb('ended_at', '>', dialect.storeInstant(endedAfter))]),
        )
        .orderBy('told_at')
        .orderBy('id')
        .execute();
      return rows.map(codec.toRow);
    },
    async sumVms(noticedId, firstAtMost) {
      const counted = await db
        .selectFrom('noticed_vm')
        .select(({ fn }) => ['is_running', fn.countAll().as('count')])
        .where('noticed_id', '=', noticedId)
        .groupBy('is_running')
        .execute();
      const count = (isRunning: boolean) =>
        Number(counted.find((row) => Boolean(row.is_running) === isRunning)?.count ?? 0);
      const first = await selectVms
        .where('noticed_id', '=', noticedId)
        .where('is_running', '=', dialect.storeBoolean(true))
        .orderBy('name')
        .orderBy('vm_id')
        .limit(firstAtMost)
        .execute();
      return { running: count(true), moved: count(false), first: first.map(vmCodec.toRow) };
    },
    async listNotRunning(vmIds) {
      const rows = await selectVms
        .where('vm_id', 'in', vmIds)
        // Written out, as the index has it: SQLite compares the texts.
        .where(sql<boolean>`is_running = false`)
        .execute();
      return rows.map(vmCodec.toRow);
    },
  };
}

export function createNoticedTable(scope: Scope): NoticedTable {
  const { db, now, codecs } = scope;
  const codec = codecs<Noticed>('noticed');
  const vmCodec = codecs<NoticedVm>('noticed_vm');
  return {
    ...createNoticedReads(scope),
    async insert(noticed) {
      const begun = { times: 1, toldAt: now, since: now, endedAt: null, endCode: null };
      const columns = codec.toColumns({ ...noticed, ...begun });
      await db.insertInto('noticed').values(columns).execute();
    },
    async change(id, changes) {
      const columns = codec.toColumns(changes);
      await db.updateTable('noticed').set(columns).where('id', '=', id).execute();
    },
    async putVms(vms) {
      await db
        .insertInto('noticed_vm')
        .values(vms.map((vm) => vmCodec.toColumns(vm)))
        .onConflict((conflict) =>
          conflict
            .columns(['noticed_id', 'vm_id'])
            .doUpdateSet(({ ref }) => ({
              host_name: ref('excluded.host_name'),
              is_running: ref('excluded.is_running'),
            }))
            .where(sql<boolean>`noticed_vm.is_running = false`),
        )
        .execute();
    },
    async forgetVms(noticedId) {
      await db.deleteFrom('noticed_vm').where('noticed_id', '=', noticedId).execute();
    },
  };
}
