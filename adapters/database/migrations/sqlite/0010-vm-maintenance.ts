/** What VMs in maintenance were before. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "vm_maintenance" (
    "vm_id" text not null primary key,
    "connection_id" text not null,
    "job_id" text not null,
    "is_off_network" integer not null,
    "is_saved" integer not null,
    "was" text not null,
    "began_at" datetime not null)`,
];

export class AddVmMaintenance extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
