/** What says in a terminal who speaks. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "terminal_token" (
    "person_id" text not null primary key,
    "digest" text not null,
    "expires_at" datetime not null)`,
  `create unique index "terminal_token_digest_unique" on "terminal_token" ("digest")`,
];

export class AddTerminalTokens extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
