/** VMs in maintenance, with what each was before. */
import type {
  VmMaintenance,
  VmMaintenanceReads,
  VmMaintenanceTable,
} from '#core/ports/vm-maintenance.ts';
import type { Scope } from '../scope.ts';

export function createVmMaintenanceReads({ db, codecs }: Scope): VmMaintenanceReads {
  const codec = codecs<VmMaintenance>('vm_maintenance');
  return {
    async list(vmIds) {
      if (vmIds.length === 0) return [];
      const query = db
        .selectFrom('vm_maintenance')
        .selectAll()
        .where('vm_id', 'in', [...vmIds]);
      return (await query.orderBy('vm_id').execute()).map(codec.toRow);
    },
  };
}

export function createVmMaintenanceTable(scope: Scope): VmMaintenanceTable {
  const { db, now, codecs } = scope;
  const codec = codecs<VmMaintenance>('vm_maintenance');
  return {
    ...createVmMaintenanceReads(scope),
    async remember(maintenance) {
      await db
        .insertInto('vm_maintenance')
        .values(codec.toColumns({ ...maintenance, beganAt: now }))
        .onConflict((conflict) => conflict.column('vm_id').doNothing())
        .execute();
    },
    async delete(vmId) {
      await db.deleteFrom('vm_maintenance').where('vm_id', '=', vmId).execute();
    },
  };
}
