/** `template list`: the templates that a person may see, with what a VM made from them has. */
import { toFolderPath } from '../cards/estate-place-words.ts';
import { toDiskWords, toHardwareWords, toUnreadable } from '../cards/estate-state-words.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';
import { defineCommand } from './command.ts';
import {
  CONNECTION_OPTION,
  FOLDER_OPTION,
  LIMIT_OPTION,
  MATCH_OPTION,
  toFilters,
} from './list-filters.ts';
import { replyWithList } from './list-objects.ts';
import { readConnections } from './read-connections.ts';

export const templateList = defineCommand({
  words: ['template', 'list'],
  summary: 'templates that VMs can be made from',
  right: 'template.list',
  changes: false,
  options: [CONNECTION_OPTION, FOLDER_OPTION, MATCH_OPTION, LIMIT_OPTION],
  examples: ['template list', 'template list --match "ubuntu*"'],
  run: async (asking, typed) =>
    replyWithList(asking, typed, {
      ...{ kind: 'template', connections: await readConnections(asking.house) },
      columns: ['Template', 'Size', 'Guest', 'Where'].map((title) => ({ title })),
      filters: toFilters(asking, typed),
      row: (template, { asking: { house } }) => [
        template.body.name,
        `${toHardwareWords(template.body)} · ${toDiskWords(template.body.disks)}`,
        [template.body.guestOs ?? NOT_KNOWN, ...toUnreadable(template.body.unreadable)].join(' · '),
        `${template.connectionId} · ${toFolderPath(house.index, template)}`,
      ],
    }),
});
