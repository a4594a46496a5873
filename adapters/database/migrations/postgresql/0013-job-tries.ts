/** How jobs had ended before they were retried. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "job_try" (
    "job_id" text not null,
    "number" int not null,
    "state" text not null,
    "code" text null,
    "facts" json null,
    "ended_at" timestamptz(3) not null,
    "steps" json not null,
    "from_step" int not null,
    "retried_by_id" text not null,
    "retried_by" text not null,
    "retried_at" timestamptz(3) not null,
    "reason" text null,
    primary key ("job_id", "number"))`,
];

export class AddJobTries extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
