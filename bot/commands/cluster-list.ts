/** `cluster list`: the clusters that a person may see. */
import type { ClusterBody, EstateObject } from '#core/inventory/estate-object.ts';
import { toUnreadable } from '../cards/estate-state-words.ts';
import { AUTOMATION_WORDS, NOT_KNOWN } from '../words/en/view-words.ts';
import { type Asking, defineCommand } from './command.ts';
import { CONNECTION_OPTION, LIMIT_OPTION, MATCH_OPTION, toFilters } from './list-filters.ts';
import { replyWithList } from './list-objects.ts';
import { readConnections } from './read-connections.ts';
import { mayOn } from './resolve-name.ts';

export const clusterList = defineCommand({
  words: ['cluster', 'list'],
  summary: 'clusters, with their hosts',
  right: 'cluster.list',
  changes: false,
  options: [CONNECTION_OPTION, MATCH_OPTION, LIMIT_OPTION],
  examples: ['cluster list', 'cluster list --connection prod-vc'],
  async run(asking, typed) {
    const hosts = countHosts(asking);
    return replyWithList(asking, typed, {
      ...{ kind: 'cluster', connections: await readConnections(asking.house) },
      columns: [
        { title: 'Cluster' },
        { title: 'Hosts', align: 'right' },
        { title: 'Who chooses hosts' },
        { title: 'Connection' },
      ],
      filters: toFilters(asking, typed),
      row: ({ connectionId, handle, body }) => [
        body.name,
        String(hosts.get(`${connectionId}\0${handle}`) ?? 0),
        toAutomationWords(body),
        connectionId,
      ],
    });
  },
});

/** Of those that the person may see. */
function countHosts(asking: Asking): Map<string, number> {
  const may = mayOn(asking, 'host.list');
  const counts = new Map<string, number>();
  for (const host of asking.house.index.all('host')) {
    if (!may(host) || asking.house.index.firstViewOf(host)) continue;
    const key = toClusterKey(host);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function toClusterKey({ connectionId, body }: EstateObject<'host'>): string {
  return `${connectionId}\0${body.clusterHandle ?? ''}`;
}

function toAutomationWords({ automation, unreadable }: ClusterBody): string {
  const words = automation === undefined ? NOT_KNOWN : AUTOMATION_WORDS[automation];
  return [words, ...toUnreadable(unreadable)].join(' · ');
}
