/** Draws the card of what was noticed on a platform: the same for all who read it, but for their buttons. */
import { type NoticedFacts, noticedCard, VMS_SHOWN } from '../cards/noticed-card.ts';
import type { House } from '../house.ts';
import { NOTICED_WORDS } from '../words/en/noticed-words.ts';
import type { DrawnDraft } from './draw-subject.ts';

export async function drawNoticed(
  { store, timeZone }: Pick<House, 'store' | 'timeZone'>,
  id: string,
  { hasButtons }: Pick<NoticedFacts, 'hasButtons'>,
): Promise<DrawnDraft | undefined> {
  const reading = await store.read(async (reads) => {
    const noticed = await reads.noticed.find(id);
    if (!noticed) return undefined;
    return { noticed, vms: await reads.noticed.sumVms(id, VMS_SHOWN), now: reads.now };
  });
  if (!reading) return undefined;
  const { noticed } = reading;
  const draft = noticedCard({ ...reading, timeZone, hasButtons });
  const label = NOTICED_WORDS[noticed.code].label;
  return { draft, revision: 1, subject: { kind: 'noticed', label, isOpen: !noticed.endedAt } };
}
