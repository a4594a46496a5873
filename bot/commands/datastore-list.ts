/** `datastore list`: the datastores that a person may see, with their space. */
import type { DatastoreBody } from '#core/inventory/estate-object.ts';
import { type ConnectionFacts, isKnownNow } from '../cards/estate-connection-words.ts';
import { toSizeOrUnknown, toUnreadable } from '../cards/estate-state-words.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';
import { toSizesOf } from '../words/units.ts';
import { defineCommand } from './command.ts';
import { CONNECTION_OPTION, LIMIT_OPTION, MATCH_OPTION, toFilters } from './list-filters.ts';
import { replyWithList } from './list-objects.ts';
import { readConnections } from './read-connections.ts';

export const datastoreList = defineCommand({
  words: ['datastore', 'list'],
  summary: 'datastores, with their free space',
  right: 'datastore.list',
  changes: false,
  options: [CONNECTION_OPTION, MATCH_OPTION, LIMIT_OPTION],
  examples: ['datastore list', 'datastore list --match "SAN-*"'],
  run: async (asking, typed) =>
    replyWithList(asking, typed, {
      ...{ kind: 'datastore', connections: await readConnections(asking.house) },
      columns: [
        { title: 'Datastore' },
        { title: 'Free', align: 'right' },
        { title: 'Size', align: 'right' },
        { title: 'State' },
        { title: 'Type' },
        { title: 'Connection' },
      ],
      filters: toFilters(asking, typed),
      row: ({ connectionId, body }, { connections }) => [
        body.name,
        ...toSpaceWords(body),
        toStateWords(body, connections.of(connectionId)),
        [body.type ?? NOT_KNOWN, ...(body.isLocal ? ['one host'] : [])].join(', '),
        connectionId,
      ],
    }),
});

function toSpaceWords({ freeBytes, capacityBytes }: DatastoreBody): string[] {
  if (freeBytes === undefined || capacityBytes === undefined)
    return [freeBytes, capacityBytes].map(toSizeOrUnknown);
  return toSizesOf(freeBytes, capacityBytes);
}

function toStateWords(
  { accessible, inMaintenance, unreadable, redirected = [] }: DatastoreBody,
  connection: ConnectionFacts,
): string {
  const own = accessible === undefined ? NOT_KNOWN : accessible ? 'accessible' : 'not accessible';
  const state = isKnownNow(connection) || own === NOT_KNOWN ? own : `${NOT_KNOWN}, was ${own}`;
  const hosts = redirected.map(({ hostName }) => hostName).join(', ');
  const words = [
    state,
    ...(inMaintenance ? ['in maintenance mode'] : []),
    ...(hosts ? [`I/O redirected on ${hosts}`] : []),
  ];
  return [...words, ...toUnreadable(unreadable)].join(' · ');
}
