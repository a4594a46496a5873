/** How pg-boss is told to work: what it promises by default is less than the port does. */
import type { ConstructorOptions, JobInsert, Queue } from 'pg-boss';
import { withOwnOptions } from '#adapters/database/postgresql/session-options.ts';
import type { WakeUp } from '#core/ports/work-queue.ts';

/** The lowest that pg-boss allows. */
export const DEFAULT_HEARTBEAT_SECONDS = 10;

const TEN_YEARS_SECONDS = 10 * 365 * 24 * 60 * 60;

export type QueueRules = ReturnType<typeof toQueueRules>;

export function toQueueRules(heartbeatSeconds: number) {
  return {
    heartbeatSeconds,
    // What is hopeless is decided by the step, not by the queue: 2 tries by default, 60 years of them here.
    retryLimit: 2_000_000_000,
    retryDelay: 1,
    // pg-boss takes a running wake-up away after this long, heartbeat or not; a day is the most it allows.
    expireInSeconds: 24 * 60 * 60,
    // By default what nobody took within 14 days of its due time is deleted.
    retentionSeconds: TEN_YEARS_SECONDS,
  } satisfies Omit<Queue, 'name'>;
}

export function hasRules(queue: Queue, rules: QueueRules): boolean {
  return (Object.keys(rules) as (keyof QueueRules)[]).every((name) => queue[name] === rules[name]);
}

export function toConstructorOptions(url: string): ConstructorOptions {
  return {
    // A process frozen inside a transaction must not stop the others.
    ...withOwnOptions(url, '-c idle_in_transaction_session_timeout=5s'),
    schema: 'pgboss',
    application_name: 'drover work queue',
    max: 4,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    schedule: false,
    registerInstance: false,
  };
}

/** Delays count from `now`, which is the database's clock (H29) and what the domain reckons with. */
export function toJob({ key, delayMs = 0 }: WakeUp, now: Date): JobInsert<{ key: string }> {
  const startAfter = new Date(now.getTime() + Math.ceil(delayMs));
  return { data: { key }, ...(delayMs > 0 ? { startAfter } : {}) };
}
