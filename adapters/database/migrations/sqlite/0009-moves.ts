/** Steps that begin otherwise than by what went well, questions with a deadline, room on several hosts, hosts in maintenance. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `alter table "step" add column "begins" text not null default 'when_done'`,
  `alter table "step" add column "choice" text null`,
  `drop index "step_waiting"`,
  `create index "step_waiting" on "step" ("waiting_since", "position", "id") where "state" = 'waiting'`,
  `alter table "gate" add column "until" datetime null`,
  `alter table "reservation" add column "places" text not null default '[]'`,
  // Whose only step ended without this would hold it until its job has: that is when the whole goes.
  `update "reservation" set "places" =
    json_array(json_object('key', 'clone-vm', 'hostId', "host_id", 'datastoreId', "datastore_id",
      'memoryBytes', "memory_bytes", 'diskBytes', "disk_bytes"))`,
  `alter table "reservation" drop column "host_id"`,
  `alter table "reservation" drop column "datastore_id"`,
  `create table "host_maintenance" (
    "host_id" text not null primary key,
    "connection_id" text not null,
    "job_id" text not null,
    "marked_at" datetime not null)`,
  `create table "move_pace" (
    "connection_id" text not null,
    "what" text not null,
    "count" double not null,
    "sum_gib" double not null,
    "sum_seconds" double not null,
    "sum_gib_gib" double not null,
    "sum_gib_seconds" double not null,
    primary key ("connection_id", "what"))`,
];

export class AddMoves extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
