/** What VMs in maintenance were before. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "vm_maintenance" (
    "vm_id" text not null,
    "connection_id" text not null,
    "job_id" text not null,
    "is_off_network" boolean not null,
    "is_saved" boolean not null,
    "was" json not null,
    "began_at" timestamptz(3) not null,
    primary key ("vm_id"))`,
];

export class AddVmMaintenance extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
