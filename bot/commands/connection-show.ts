/** `connection show`: one connection, by its exact name: how it stands, what it holds, and what it cannot do. */

import { oddLetterBlocks } from '../cards/estate-choice-card.ts';
import { connectionCard } from '../cards/estate-connection-card.ts';
import { plainRefusal, runButton } from '../cards/refusal-card.ts';
import { quoteWord } from '../grammar/quote.ts';
import { suggestNames } from '../grammar/suggest.ts';
import { answer, defineCommand } from './command.ts';
import { countByConnection } from './count-connection.ts';
import { mayOnConnection, readConnections } from './read-connections.ts';
import { withReadings } from './with-readings.ts';

export const connectionShow = defineCommand({
  words: ['connection', 'show'],
  summary: 'one connection: since when it answers or fails, and what it holds',
  right: 'connection.show',
  changes: false,
  target: { name: 'connection', kind: 'connection', required: true },
  examples: ['connection show prod-vc'],
  async run(asking, typed) {
    const { target = '' } = typed;
    const { house } = asking;
    const { now, configured } = await readConnections(house);
    const visible = configured.filter(({ id }) => mayOnConnection(asking, 'connection.show', id));
    const facts = visible.find(({ id }) => id === target);
    if (!facts)
      return answer(
        notFound(
          target,
          visible.map(({ id }) => id),
        ),
      );
    const connection = house.connections.get(facts.id);
    const counts = (await countByConnection(asking)).get(facts.id) ?? new Map();
    const when = { now, timeZone: house.timeZone };
    return answer(withReadings(connectionCard({ facts, connection, counts }, when), typed));
  },
});

function notFound(target: string, known: readonly string[]) {
  const near = suggestNames(target, known);
  const lines = near.map((id) => runButton(`connection show ${quoteWord(id)}`));
  const words = known.length > 0 ? 'connection list shows them.' : '';
  const card = plainRefusal(`There is no connection called ${target}`, words, lines);
  return { ...card, body: [...oddLetterBlocks(target), ...card.body] };
}
