/** How long steps of one kind took last. */
import { Migration } from '@mikro-orm/migrations';

export class AddStepDurations extends Migration {
  override up(): void {
    this.addSql(`create index "step_done" on "step" ("kind", "ended_at") where "state" = 'done'`);
  }
}
