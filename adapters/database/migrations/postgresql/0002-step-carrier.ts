/** A step may be begun in the wake-up of the one before it; only waiting steps are looked for by state. */
import { Migration } from '@mikro-orm/migrations';

export class AddStepCarrier extends Migration {
  override up(): void {
    this.addSql('alter table "step" add column "carrier" text null');
    this.addSql('drop index "step_state_waiting_since_index"');
    this.addSql(
      `create index "step_waiting" on "step" ("waiting_since", "id") where "state" = 'waiting'`,
    );
  }
}
