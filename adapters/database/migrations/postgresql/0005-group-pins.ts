/** What the names of configured groups stood for when they were first read. */
import { Migration } from '@mikro-orm/migrations';

export class AddGroupPins extends Migration {
  override up(): void {
    this.addSql(`create table "group_pin" (
      "source" text not null,
      "name" text not null,
      "group_id" text not null,
      "config_key" text not null,
      "pinned_at" timestamptz(3) not null,
      primary key ("source", "name"))`);
  }
}
