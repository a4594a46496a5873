/** Who was told of a request, places that take nothing, and who reads where several do. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `alter table "card_copy" add column "gone_code" text null`,
  // What the release before had given up is not said months later; what is still asked is tried once more.
  `update "card_copy" set "gone_code" = 'card' where "failures" >= 5 and "card_id" not in (
    select "card"."id" from "card" join "request" on "request"."id" = "card"."subject_id"
    where "request"."state" = 'open')`,
  `create index "card_copy_gone" on "card_copy" ("transport", "place") where gone_code is not null`,
  `create table "destination" (
    "transport" text not null,
    "place" text not null,
    "failures" integer not null,
    "code" text not null,
    "failed_at" datetime not null,
    "dead_at" datetime null,
    primary key ("transport", "place"))`,
  `create table "telling" (
    "request_id" text not null,
    "person_id" text not null,
    "person_name" text not null,
    "outcome" text not null,
    "code" text null,
    "changed_at" datetime not null,
    primary key ("request_id", "person_id"))`,
  `create index "telling_request_id_outcome_person_name_person_id_index" on "telling"
    ("request_id", "outcome", "person_name", "person_id")`,
  `create index "telling_person_id_outcome_index" on "telling" ("person_id", "outcome")`,
  `create table "chat_reader" (
    "transport" text not null,
    "place" text not null,
    "user_id" text not null,
    "reader_id" text not null,
    "seen_at" datetime not null,
    primary key ("transport", "place", "user_id"))`,
];

export class AddTellings extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
