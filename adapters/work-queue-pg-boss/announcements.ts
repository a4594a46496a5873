/**
 * Tells other processes of wake-ups that this one has no room for, by LISTEN and NOTIFY.
 *
 * Only a hint: who misses it looks within half a second anyway. Not in the domain transaction, whose commit a NOTIFY
 * would put in line behind all others; what comes up within 10 ms is told at once.
 */
import type { PgBoss } from 'pg-boss';
import { createAlarm } from '#adapters/work-queue-embedded/alarm.ts';

const CHANNEL = 'drover_wake_up';
const TELL_AFTER_MS = 10;

export interface Announcements {
  tell(topics: Iterable<string>): void;
  stop(): Promise<void>;
}

export interface AnnouncementsOptions {
  readonly boss: PgBoss;
  readonly onHeard: (topic: string) => void;
  /** The connection is there, for the first time or again; what was told before it was not heard. */
  readonly onConnected: () => void;
  readonly onError: (error: unknown) => void;
}

export async function startAnnouncements(options: AnnouncementsOptions): Promise<Announcements> {
  const { boss, onHeard, onConnected, onError } = options;
  const untold = new Set<string>();
  const alarm = createAlarm(() => void announce().catch(onError));
  const hear = (topics: string) => topics.split(',').forEach(onHeard);
  const listening = await boss.getDb().listen?.(CHANNEL, hear, onConnected);

  async function announce(): Promise<void> {
    const topics = [...untold].join(',');
    untold.clear();
    await boss.getDb().executeSql('select pg_notify($1, $2)', [CHANNEL, topics]);
  }

  return {
    tell(topics) {
      for (const topic of topics) untold.add(topic);
      if (untold.size > 0) alarm.ringIn(TELL_AFTER_MS);
    },
    async stop() {
      alarm.stop();
      await listening?.close();
    },
  };
}
