/** `connection list`: the configured connections that a person may see, and how they stand. */
import { connectionListCard } from '../cards/estate-connection-card.ts';
import { answer, defineCommand } from './command.ts';
import { countByConnection } from './count-connection.ts';
import { mayOnConnection, readConnections } from './read-connections.ts';

export const connectionList = defineCommand({
  words: ['connection', 'list'],
  summary: 'connections, and whether they answer',
  right: 'connection.list',
  changes: false,
  examples: ['connection list'],
  async run(asking) {
    const { house } = asking;
    const { now, configured } = await readConnections(house);
    const counts = await countByConnection(asking, ['vm']);
    const rows = configured
      .filter(({ id }) => mayOnConnection(asking, 'connection.list', id))
      .map((facts) => ({
        facts,
        connection: house.connections.get(facts.id),
        counts: counts.get(facts.id) ?? new Map(),
      }));
    return answer(connectionListCard(rows, { now, timeZone: house.timeZone }));
  },
});
