/** Hosts that Drover has marked for maintenance. */
import type {
  HostMaintenance,
  HostMaintenanceReads,
  HostMaintenanceTable,
} from '#core/ports/host-maintenance.ts';
import type { Scope } from '../scope.ts';

export function createHostMaintenanceReads({ db, codecs }: Scope): HostMaintenanceReads {
  const codec = codecs<HostMaintenance>('host_maintenance');
  return {
    async list() {
      const rows = await db.selectFrom('host_maintenance').selectAll().orderBy('host_id').execute();
      return rows.map(codec.toRow);
    },
  };
}

export function createHostMaintenanceTable(scope: Scope): HostMaintenanceTable {
  const { db, now, codecs } = scope;
  const codec = codecs<HostMaintenance>('host_maintenance');
  return {
    ...createHostMaintenanceReads(scope),
    async put(mark) {
      const columns = codec.toColumns({ ...mark, markedAt: now });
      await db
        .insertInto('host_maintenance')
        .values(columns)
        .onConflict((conflict) => conflict.column('host_id').doUpdateSet(columns))
        .execute();
    },
    async delete(hostId) {
      await db.deleteFrom('host_maintenance').where('host_id', '=', hostId).execute();
    },
  };
}
