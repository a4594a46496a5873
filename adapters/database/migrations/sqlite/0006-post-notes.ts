/** Messages on their way into a chat. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "post_note" (
    "copy_id" text not null primary key,
    "replaces" text not null,
    "posts" integer not null,
    "begun_at" datetime not null)`,
  // The release before kept no notes: what it had not recorded, it may have sent.
  `insert into "post_note" ("copy_id", "replaces", "posts", "begun_at")
    select "id", '', 1, "created_at" from "card_copy"
    where "transport" in ('slack', 'teams') and "message_ref" is null`,
];

export class AddPostNotes extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
