/** Ann asks for the host and speaks for the VM that cannot move, Bob agrees; what Ann's card says in the end is judged. */
import type { Card } from '#bot/cards/card.ts';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import type { ErrorCode, Facts } from '#core/errors.ts';
import { listMovers } from './evacuation-truth.ts';
import { listClicks } from './evacuation-ways.ts';
import type { Emptied } from './find-evacuation-violations.ts';
import { expect, type Found, keepFound, listWords } from './find-violations.ts';
import { openPeople, type PersonSeen } from './people.ts';
import type { People } from './place.ts';

export async function openEvacuationPeople(emptied: Emptied): Promise<People> {
  const { dataFolder, rows, wakeUps, herd, way } = emptied;
  const line = `host maintenance enter ${herd.host} --reason torture`;
  const clicks = listClicks(way, listMovers(herd).length);
  const people = await openPeople({ dataFolder, rows, wakeUps, line, clicks });
  return {
    ...people,
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
