/** What says in a terminal who speaks. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "terminal_token" (
    "person_id" text not null,
    "digest" text not null,
    "expires_at" timestamptz(3) not null,
    primary key ("person_id"))`,
  `alter table "terminal_token" add constraint "terminal_token_digest_unique" unique ("digest")`,
];

export class AddTerminalTokens extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
