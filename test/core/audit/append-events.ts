/**
 * A process of its own that writes events, each in a transaction, and seals as it goes.
 *
 *     node append-events.ts URL NAME COUNT
 */
import { setImmediate } from 'node:timers/promises';
import { sealEvents } from '#core/audit/seal.ts';
import { type OpenAudit, openAudit } from './open-audit.ts';

const AT_ONCE = 4;
const SEAL_EVERY = 50;

export async function appendEvents(audit: OpenAudit, name: string, count: number): Promise<void> {
  let written = 0;
  const writer = async () => {
    while (written < count) {
      written += 1;
      const number = written;
      await audit.write({ name, number });
      if (number % SEAL_EVERY === 0) await sealEvents(audit.store, () => setImmediate());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writer));
}

if (import.meta.main) {
  const [url = '', name = '', count = '0'] = process.argv.slice(2);
  await using audit = await openAudit(url);
  console.log('open');
  await appendEvents(audit, name, Number(count));
}
