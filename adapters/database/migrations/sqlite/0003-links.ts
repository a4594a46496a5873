/** Links between chat users and people of the directory, codes that prove a sign-in, and signed-in browsers. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "account_link" (
    "chat_id" text not null primary key,
    "person_id" text not null,
    "person_name" text not null,
    "linked_at" datetime not null,
    "confirmed_at" datetime not null)`,
  `create index "account_link_person_id_index" on "account_link" ("person_id")`,
  `create table "link_code" (
    "digest" text not null primary key,
    "person_id" text not null,
    "person_name" text not null,
    "expires_at" datetime not null)`,
  `create index "link_code_expires_at_index" on "link_code" ("expires_at")`,
  `create table "web_session" (
    "digest" text not null primary key,
    "person_id" text not null,
    "expires_at" datetime not null)`,
  `create index "web_session_expires_at_index" on "web_session" ("expires_at")`,
];

export class AddLinks extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
