/** `network list`: the networks that a person may see; two of one name are told apart by their switch (B40). */
import type { NetworkBody } from '#core/inventory/estate-object.ts';
import { toUnreadable } from '../cards/estate-state-words.ts';
import { NETWORK_WORDS } from '../words/en/view-words.ts';
import { defineCommand } from './command.ts';
import { CONNECTION_OPTION, LIMIT_OPTION, MATCH_OPTION, toFilters } from './list-filters.ts';
import { replyWithList } from './list-objects.ts';
import { readConnections } from './read-connections.ts';

export const networkList = defineCommand({
  words: ['network', 'list'],
  summary: 'networks, with their switch and VLAN',
  right: 'network.list',
  changes: false,
  options: [CONNECTION_OPTION, MATCH_OPTION, LIMIT_OPTION],
  examples: ['network list', 'network list --match "VLAN-*" --connection prod-vc'],
  run: async (asking, typed) =>
    replyWithList(asking, typed, {
      ...{ kind: 'network', connections: await readConnections(asking.house) },
      columns: ['Network', 'Switch', 'VLAN', 'Kind', 'Connection'].map((title) => ({ title })),
      filters: toFilters(asking, typed),
      row: ({ connectionId, body }) => [
        body.name,
        body.switchName ?? '',
        body.vlan ?? '',
        toKindWords(body),
        connectionId,
      ],
    }),
});

function toKindWords({ type, isUplink, unreadable }: NetworkBody): string {
  const uplink = isUplink ? ['uplink, not for VMs'] : [];
  return [NETWORK_WORDS[type], ...uplink, ...toUnreadable(unreadable)].join(' · ');
}
