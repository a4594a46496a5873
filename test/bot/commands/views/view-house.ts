/** What a view needs of the house: an estate by hand, people at the directory port, and connections that stand as told. */

import type { Policy } from '#approvals/policy.ts';
import type { Card } from '#bot/cards/card.ts';
import type { Draft } from '#bot/cards/draft.ts';
import { clusterList } from '#bot/commands/cluster-list.ts';
import type { CommandDefinition } from '#bot/commands/command.ts';
import { connectionList } from '#bot/commands/connection-list.ts';
import { connectionShow } from '#bot/commands/connection-show.ts';
import { datastoreList } from '#bot/commands/datastore-list.ts';
import { defineExplain } from '#bot/commands/explain.ts';
import { defineHelp } from '#bot/commands/help.ts';
import { hostList } from '#bot/commands/host-list.ts';
import { networkList } from '#bot/commands/network-list.ts';
import { roleList } from '#bot/commands/role-list.ts';
import { roleShow } from '#bot/commands/role-show.ts';
import { templateList } from '#bot/commands/template-list.ts';
import { version } from '#bot/commands/version.ts';
import { vmCreateCommand } from '#bot/commands/vm-create.ts';
import { vmIdentify } from '#bot/commands/vm-identify.ts';
import { vmList } from '#bot/commands/vm-list.ts';
import { vmDeleteCommand, vmStartCommand } from '#bot/commands/vm-power.ts';
import { vmShow } from '#bot/commands/vm-show.ts';
import { whoami } from '#bot/commands/whoami.ts';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import type { House } from '#bot/house.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { createOwnVms } from '#core/inventory/own-vms.ts';
import { createMoveAnswers } from '#core/operations/examine-moves.ts';
import { HOST_MAINTENANCE_ENTER } from '#core/operations/host-maintenance-enter.ts';
import type { PowerFacet } from '#core/ports/connection.ts';
import type { ConnectionState } from '#core/ports/connection-states.ts';
import type { Account, Directory } from '#core/ports/directory.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import type { Role } from '#core/rights/role.ts';
import { makeIndex } from '#test/core/estate-makers.ts';
import { EVERYBODY, makeRole } from '#test/core/rights/roles.ts';

export const NOW = new Date('2026-03-03T13:30:00Z');
export const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

export const VIEWS: readonly CommandDefinition[] = [
  ...[vmList, vmShow, hostList, clusterList, datastoreList, networkList, templateList],
  ...[connectionList, connectionShow, roleList, roleShow, version, whoami],
  defineHelp(() => COMMANDS),
  defineExplain(() => COMMANDS),
];
/** With some that change, to be explained and to be kept out of a person's help. */
export const COMMANDS: readonly CommandDefinition[] = [
  ...VIEWS,
  ...[vmCreateCommand, vmStartCommand, vmDeleteCommand, vmIdentify],
];

export const ANN = person('ann', 'Ann Berg');
export const BOB = person('bob', 'Bob Stein');

export function person(login: string, name: string, changes: Partial<Account> = {}): Account {
  return { id: `id-${login}`, name, login, state: 'active', groupIds: [EVERYBODY.id], ...changes };
}

const NOUNS = ['vm', 'host', 'cluster', 'datastore', 'network', 'template', 'connection'];
/** May do all that the commands here need, everywhere. */
const ALL = makeRole({ allow: NOUNS.map((noun) => `${noun}.*`) });
/** May look at everything and change nothing. */
export const READER = makeRole({
  name: 'reads',
  line: 7,
  allow: NOUNS.flatMap((noun) => [`${noun}.list`, `${noun}.show`]),
});

export interface ViewOptions {
  readonly objects?: readonly EstateObject[];
  readonly index?: EstateIndex;
  readonly roles?: readonly Role[];
  readonly policies?: readonly Policy[];
  readonly people?: readonly Account[];
  /** Of every group; all people when left out. */
  readonly listMembers?: Directory['listMembers'];
  /** By connection; `vc` answers when left out. */
  readonly states?: Readonly<Record<string, Partial<ConnectionState>>>;
  readonly reservations?: readonly Reservation[];
  /** What each connection's power facet has beside starts and stops; nothing when left out. */
  readonly power?: Pick<PowerFacet, 'save' | 'pause' | 'resume'>;
  /** Drover ids of hosts that a job has marked for maintenance. */
  readonly closed?: readonly string[];
  /** Number of the open job on each of these objects. */
  readonly busy?: Readonly<Record<string, number>>;
  /** Of the jobs that empty these hosts, likewise. */
  readonly emptied?: Readonly<Record<string, number>>;
}

const HEALTHY: Omit<ConnectionState, 'id'> = {
  ...{ identity: 'uuid-vc', product: 'VMware vCenter Server 8.0.3' },
  ...{ holdCode: null, holdFacts: null, holdSince: null },
  ...{ failingSince: null, errorCode: null, errorFacts: null },
  ...{ answeredAt: minutesAgo(1), syncedAt: minutesAgo(60) },
};

export function makeHouse(options: ViewOptions = {}): House {
  const { people = [ANN, BOB], states = { vc: {} }, power = {}, busy = {} } = options;
  const index = options.index ?? makeIndex(options.objects ?? []);
  const connections = new Map(
    Object.keys(states).map((id) => [id, { id, kind: 'vcenter', isSimulated: true, power }]),
  );
  const reads = {
    now: NOW,
    connections: {
      list: async () => Object.entries(states).map(([id, own]) => ({ id, ...HEALTHY, ...own })),
    },
    reservations: { list: async () => options.reservations ?? [] },
    hostMaintenance: { list: async () => (options.closed ?? []).map((hostId) => ({ hostId })) },
    vmMaintenance: { list: async () => [] },
    movePace: { list: async () => [] },
    jobs: {
      listOpen: async (operation: string) =>
        operation === HOST_MAINTENANCE_ENTER
          ? Object.entries(options.emptied ?? {}).map(([id, number]) => ({
              number,
              targetIds: [id],
            }))
          : [],
      listOpenOn: async (ids: readonly string[]) =>
        ids.flatMap((id) => (id in busy ? [{ number: busy[id], targetIds: [id] }] : [])),
    },
  };
  const house = {
    ...{ index, connections, timeZone: 'UTC', version: '0.1.0' },
    store: { read: <A>(work: (from: typeof reads) => Promise<A>) => work(reads) },
    directory: {
      findAccount: async (id: string) => people.find((one) => one.id === id),
      findByLogin: async (login: string) => people.find((one) => one.login === login),
      listMembers: options.listMembers ?? (async () => ({ people, unreadable: [] })),
      listPeople: async () => people,
    },
    world: {
      ...{ sync: { index }, connections, rules: {}, goalOf: () => 'balance' },
      moveAnswers: createMoveAnswers(),
      ownVms: createOwnVms(index, []),
    },
    rules: { roles: options.roles ?? [ALL], policies: options.policies ?? [] },
  };
  return house as unknown as House;
}

interface AskOptions {
  readonly as?: Account;
  readonly chosen?: Readonly<Record<string, string>>;
}

/** The card that answers a line. */
export async function ask(house: House, text: string, options: AskOptions = {}): Promise<Draft> {
  const parsed = parseCommand(text, COMMANDS);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.code}`);
  const command = COMMANDS.find(({ words }) => words.join('.') === parsed.command.name);
  const { as = ANN, chosen = {} } = options;
  const asking = { house, person: as, place: 'here', via: 'console', text, chosen };
  const reply = await command?.run(asking, parsed.command);
  // A view writes nothing: there is no transaction that it could write in.
  const said = await reply?.(undefined as never);
  if (!said || said === 'again' || !('title' in said)) throw new Error(`${text}: no card`);
  return said;
}

export function toText(draft: Draft, width = 120): string {
  const actions = draft.actions.map((action, at) => ({ ...action, id: String(at) }));
  const card: Card = { ...draft, actions };
  return toPlainText(card, { width, colour: false, showDetails: true });
}

export async function askText(
  house: House,
  text: string,
  options: AskOptions = {},
): Promise<string> {
  return toText(await ask(house, text, options));
}
