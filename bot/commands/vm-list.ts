/** `vm list`: the VMs that a person may see, narrowed down by what is known of them. */
import type { EstateObject, PowerState } from '#core/inventory/estate-object.ts';
import { firstViewsOf } from '#core/inventory/same-machine.ts';
import { isKnownNow } from '../cards/estate-connection-words.ts';
import { toFolderPath, toHostName } from '../cards/estate-place-words.ts';
import { toHardwareWords, toVmStateWords } from '../cards/estate-state-words.ts';
import { plainRefusal, runButton } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { suggestNearest } from '../grammar/suggest.ts';
import { POWER_WORDS } from '../words/en/view-words.ts';
import { type Asking, answer, defineCommand } from './command.ts';
import {
  CLUSTER_OPTION,
  CONNECTION_OPTION,
  type Filter,
  FOLDER_OPTION,
  HOST_OPTION,
  LIMIT_OPTION,
  MATCH_OPTION,
  toFilters,
} from './list-filters.ts';
import { type RowView, replyWithList } from './list-objects.ts';
import { type Connections, readConnections } from './read-connections.ts';
import { mayOn } from './resolve-name.ts';
import { textOption } from './typed-change.ts';

export const vmList = defineCommand({
  words: ['vm', 'list'],
  summary: 'VMs, by where they are, their state, owner or name',
  right: 'vm.list',
  changes: false,
  options: [
    CONNECTION_OPTION,
    CLUSTER_OPTION,
    HOST_OPTION,
    FOLDER_OPTION,
    {
      name: 'state',
      type: 'choice',
      values: Object.values(POWER_WORDS),
      summary: 'only in this state',
    },
    { name: 'owner', type: 'name', kind: 'person', summary: 'only of this person; me for yours' },
    MATCH_OPTION,
    LIMIT_OPTION,
  ],
  examples: [
    'vm list',
    'vm list --owner me',
    'vm list --state unknown --limit 100',
    'vm list --folder /prod/web --match "web-*"',
    'vm list --cluster "Cluster 1" --state off',
  ],
  async run(asking, typed) {
    const connections = await readConnections(asking.house);
    const owner = await readOwner(asking, typed);
    if (owner && 'reply' in owner) return answer(owner.reply);
    return replyWithList(asking, typed, {
      ...{ kind: 'vm', connections },
      columns: ['VM', 'State', 'Size', 'Where', 'Owner'].map((title) => ({ title })),
      filters: [
        ...toFilters(asking, typed),
        ...toStateFilter(typed, connections),
        ...toViewFilter(asking, typed),
        ...(owner ? [owner] : []),
      ],
      row: toRow,
    });
  },
});

async function toRow(vm: EstateObject<'vm'>, view: RowView): Promise<string[]> {
  const { index } = view.asking.house;
  const where = [vm.connectionId, toHostName(index, vm), toFolderPath(index, vm)].join(' · ');
  return [
    vm.body.name,
    toVmStateWords(vm, view.connections.of(vm.connectionId)),
    toHardwareWords(vm.body),
    where,
    await view.ownerName(vm.ownerId),
  ];
}

/** What its connection does not answer for is unknown now, whatever it was (H09). */
function toStateFilter(typed: Typed, connections: Connections): Filter[] {
  const state = textOption(typed, 'state');
  if (state === undefined) return [];
  const known = new Map<string, boolean>();
  const isKnown = (id: string) => {
    if (!known.has(id)) known.set(id, isKnownNow(connections.of(id)));
    return known.get(id) === true;
  };
  const stateOf = ({ connectionId, body }: EstateObject<'vm'>): PowerState =>
    isKnown(connectionId) && body.isReachable ? body.power : 'unknown';
  const isMatch: Filter['isMatch'] = (object) =>
    object.kind === 'vm' && POWER_WORDS[stateOf(object)] === state;
  return [{ option: 'state', typed: state, isMatch }];
}

/** What two connections show is listed once, unless the second is asked for by its name (H07). */
function toViewFilter(asking: Asking, typed: Typed): Filter[] {
  const { index } = asking.house;
  if (index.machinesTwice() === 0 || textOption(typed, 'connection') !== undefined) return [];
  const may = mayOn(asking, 'vm.list');
  const isMatch: Filter['isMatch'] = (object) => !firstViewsOf(index, object).some(may);
  return [{ option: '', typed: '', isMatch }];
}

async function readOwner({ house, person, text }: Asking, typed: Typed) {
  const login = textOption(typed, 'owner');
  if (login === undefined) return undefined;
  const owner = login === 'me' ? person : await house.directory.findByLogin(login);
  if (owner) {
    const isMatch: Filter['isMatch'] = ({ ownerId }) => ownerId === owner.id;
    return { option: 'owner', typed: login, isMatch };
  }
  const people = await house.directory.listPeople();
  const nearest = suggestNearest(login, ['me', ...people.map((one) => one.login)]);
  const at = typed.at.owner;
  const retry =
    nearest && at ? [runButton(text.slice(0, at.start) + nearest + text.slice(at.end))] : [];
  return {
    reply: plainRefusal(
      `There is no person with the login ${login}`,
      '--owner takes the login of a person, or me.',
      retry,
    ),
  };
}
