/** How conversations in a chat are reached. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "chat_place" (
    "transport" text not null,
    "place" text not null,
    "user_id" text null,
    "team_id" text null,
    "reference" text not null,
    primary key ("transport", "place"))`,
  `create index "chat_place_transport_user_id_index" on "chat_place" ("transport", "user_id")`,
  `create index "chat_place_transport_team_id_index" on "chat_place" ("transport", "team_id")`,
];

export class AddChatPlaces extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
