/** What was noticed of hosts and datastores, and the VMs of a lost host that run elsewhere. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "noticed" (
    "id" text not null primary key,
    "code" text not null,
    "object_id" text not null,
    "connection_id" text not null,
    "facts" text not null,
    "times" integer not null,
    "told_at" datetime not null,
    "since" datetime not null,
    "ended_at" datetime null,
    "end_code" text null)`,
  `create index "noticed_object_id_code_told_at_index" on "noticed" ("object_id", "code", "told_at")`,
  `create index "noticed_connection_id_code_ended_at_index" on "noticed" ("connection_id", "code", "ended_at")`,
  `create table "noticed_vm" (
    "noticed_id" text not null,
    "vm_id" text not null,
    "name" text not null,
    "host_name" text not null,
    "is_running" integer not null,
    primary key ("noticed_id", "vm_id"))`,
  `create index "noticed_vm_not_running" on "noticed_vm" ("vm_id") where "is_running" = false`,
  `create index "noticed_vm_noticed_id_name_vm_id_index" on "noticed_vm" ("noticed_id", "name", "vm_id")`,
];

export class AddNoticed extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
