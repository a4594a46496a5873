/** Ann asks for the host and speaks for the VM that cannot move, Bob agrees; what Ann's card says in the end is judged. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Card } from '#bot/cards/card.ts';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import type { ErrorCode, Facts } from '#core/errors.ts';
import { listMovers } from './evacuation-truth.ts';
import { listClicks } from './evacuation-ways.ts';
import type { Emptied } from './find-evacuation-violations.ts';
import { countRows, expect, type Found, keepFound, listWords } from './find-violations.ts';
import { openPeople, type PersonSeen } from './people.ts';
import type { People } from './place.ts';

const LOOK_EVERY_MS = 250;

export async function openEvacuationPeople(emptied: Emptied): Promise<People> {
  const { dataFolder, rows, herd, way } = emptied;
  const line = `host maintenance enter ${herd.host} --reason torture`;
  const clicks = listClicks(way, listMovers(herd).length);
  const people = await openPeople({ dataFolder, rows, line, clicks });
  const closed = new AbortController();
  return {
    ...people,
    async over() {
      await people.over();
      await waitUntilTold(emptied, closed.signal);
    },
    close() {
      closed.abort();
      people.close();
    },
    async findViolations() {
      const card = await judgeCard(emptied, people.seen());
      return [...(await people.findViolations()), ...keepFound(card)];
    },
  };
}

/** Of a state that is not called so. */
const STATE_WORDS: Readonly<Record<string, string>> = {
  done_with_warning: 'done, with a warning',
};

/** A click that was answered last may have moved a card: ended before it is told, Drover tells it at its next start. */
async function waitUntilTold(emptied: Emptied, closed: AbortSignal): Promise<void> {
  const behind =
    'card_copy join card on card.id = card_id where is_behind or sent_version <> version';
  const isTold = async () =>
    (await countRows(emptied, behind)) === 0 &&
    !(await listWords(emptied, emptied.wakeUps)).includes('delivery');
  while (!closed.aborted && !(await isTold())) await pause(LOOK_EVERY_MS);
}

/** The job's card says how the job and the host stand, and nothing else. */
async function judgeCard(emptied: Emptied, seen: readonly PersonSeen[]): Promise<Found> {
  const [state = ''] = await listWords(emptied, 'select state from job');
  const words = await readEndWords(emptied);
  const cards = seen
    .filter(({ name }) => name === 'ann')
    .flatMap(({ views }) => views.filter(({ subject }) => subject?.kind === 'job'))
    .map(({ card }) => card);
  return [
    expect('cards of the job', cards.length > 0, true),
    expect(
      'how the card ends',
      cards.map((card) => card.state?.split(' · ')[1]),
      cards.map(() => STATE_WORDS[state] ?? state),
    ),
    expect(
      `cards that say “${words}”`,
      cards.map((card) => listStepTexts(card).some((text) => text.endsWith(words))),
      cards.map(() => true),
    ),
  ];
}

/** What is said of the host's end, in the product's own words; empty where there is nothing to say. */
async function readEndWords({ rows }: Emptied): Promise<string> {
  const [settled] = await rows(`select code, facts from step where kind = 'settle-host'`);
  const { code, facts } = settled ?? {};
  if (typeof code !== 'string') return '';
  const given = (typeof facts === 'string' ? JSON.parse(facts) : facts) as Facts | null;
  return ERROR_WORDS[code as ErrorCode](given ?? {});
}

function listStepTexts({ body }: Card): readonly string[] {
  return body.flatMap((block) => (block.block === 'steps' ? block.steps : [])).map((it) => it.text);
}
