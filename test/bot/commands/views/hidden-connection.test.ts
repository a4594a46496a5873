/** A connection of which a person may see nothing is, in every command that takes one, as if it were not configured. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Draft } from '#bot/cards/draft.ts';
import type { CommandDefinition } from '#bot/commands/command.ts';
import { COMMANDS } from '#bot/commands/registry.ts';
import { runText } from '#bot/conversation/run-text.ts';
import type { OptionShape } from '#bot/grammar/command-shape.ts';
import type { House } from '#bot/house.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { Role } from '#core/rights/role.ts';
import { make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ANN, makeHouse, minutesAgo } from './view-house.ts';

const SEEN = 'lab-vc';
const HIDDEN = 'lab-hv';
/** As far from the seen one as the hidden one is, so that what is near is near to both. */
const ABSENT = 'lab-xx';
/** Nearest to the hidden one. */
const MISTYPED = 'lab-hw';

/** Some names stand on both, some on one alone. */
function estateOf(connectionId: string, own: string): EstateObject[] {
  const at = (handle: string) => `${connectionId}-${handle}`;
  const shared = (kind: 'host' | 'cluster' | 'datastore' | 'network' | 'template') =>
    [`${kind}-1`, `${kind}-${own}`].map((name) =>
      make(kind, at(name), { connectionId, body: { name } }),
    );
  return [
    ...(['host', 'cluster', 'datastore', 'network', 'template'] as const).flatMap(shared),
    ...['/both', `/${own}`].map((path) =>
      make('folder', at(path), { connectionId, body: { name: path.slice(1), path } }),
    ),
    ...['vm-1', `vm-${own}`].map((name) =>
      make('vm', at(name), { connectionId, body: { name, folderHandle: at(`/${own}`) } }),
    ),
  ];
}

const OBJECTS = [...estateOf(SEEN, 'own'), ...estateOf(HIDDEN, 'other')];
const NOUNS = ['vm', 'host', 'cluster', 'datastore', 'network', 'template', 'connection'];
const ALL = [...NOUNS.map((noun) => `${noun}.*`), 'connection.accept', 'vm.identify'];

/** Ways in which a person comes to see nothing of the other connection. */
const WAYS: Readonly<Record<string, readonly Role[]>> = {
  'rights on one connection': [makeRole({ allow: ALL, scope: { connections: [SEEN] } })],
  'rights in one folder': [
    makeRole({ allow: ALL, scope: { folders: ['/own'] } }),
    makeRole({ allow: ['template.list', 'connection.accept'], scope: { connections: [SEEN] } }),
  ],
  'a deny': [
    makeRole({ allow: ALL }),
    makeRole({ allow: [], deny: ALL, scope: { connections: [HIDDEN] } }),
  ],
  'a right to accept elsewhere and to nothing else': [
    makeRole({ allow: ALL, scope: { connections: ['lab-no'] } }),
  ],
};

function houseOf(roles: readonly Role[]): House {
  const held = { holdCode: 'many_vanished', holdSince: minutesAgo(5), holdFacts: {} } as const;
  return makeHouse({ objects: OBJECTS, roles, states: { [SEEN]: {}, [HIDDEN]: held } });
}

const TAKING = COMMANDS.flatMap((command) => {
  const isTarget = command.target?.kind === 'connection';
  const option = command.options?.find(({ name }) => name === 'connection');
  return isTarget || option ? [{ command, isTarget }] : [];
});

/** With every name that stands on both connections, on either, or on none. */
function listLines({ command, isTarget }: (typeof TAKING)[number], connection: string): string[] {
  const words = command.words.join(' ');
  if (isTarget) return [`${words} ${connection}`, `explain ${words} ${connection}`];
  const target = command.target?.required ? ' new-1' : '';
  const wishes = (command.options ?? []).flatMap((option) => toWishes(command, option));
  return ['', ...wishes].flatMap((wish) => {
    const line = `${words}${target}${toRequired(command, wish)}${wish} --connection ${connection}`;
    return [line, `explain ${line}`];
  });
}

function toWishes({ options = [] }: CommandDefinition, option: OptionShape): string[] {
  if (option.type !== 'name' || option.name === 'connection' || !options.includes(option))
    return [];
  if (option.kind === 'person') return [` --${option.name} me`];
  const names =
    option.kind === 'folder'
      ? ['/both', '/own', '/other', '/nowhere']
      : ['1', 'own', 'other', 'nowhere'].map((name) => `${option.kind}-${name}`);
  return names.map((name) => ` --${option.name} ${name}`);
}

/** What a line needs besides, so that no form opens. */
function toRequired({ options = [] }: CommandDefinition, wish: string): string {
  const needed = options.filter(({ name, required }) => required && !wish.includes(`--${name} `));
  return needed.map(({ name }) => ` --${name} ${name}-1`).join('');
}

async function answerTo(house: House, text: string): Promise<string> {
  const asking = { house, person: ANN, place: 'here', via: 'console', text, chosen: {} };
  const { reply } = await runText(asking);
  const tx = {
    audit: { insert: async () => undefined },
    connections: { find: async () => undefined },
  };
  return JSON.stringify((await reply(tx as never)) as Draft);
}

describe('a connection of which one may see nothing', () => {
  it('H08 is asked about in every command that takes one', () => {
    const words = TAKING.map(({ command }) => command.words.join(' '));

    for (const one of ['vm list', 'host list', 'vm create', 'connection show', 'connection accept'])
      assert.ok(words.includes(one), one);
  });

  for (const [way, roles] of Object.entries(WAYS)) {
    it(`H08 is word for word one that is not there, and never suggested, by ${way}`, async () => {
      const house = houseOf(roles);
      for (const taking of TAKING) {
        const absent = listLines(taking, ABSENT);
        const mistyped = listLines(taking, MISTYPED);
        for (const [at, line] of listLines(taking, HIDDEN).entries()) {
          const hidden = await answerTo(house, line);
          const none = await answerTo(house, absent[at] ?? '');
          const near = await answerTo(house, mistyped[at] ?? '');

          assert.equal(hidden, none.replaceAll(ABSENT, HIDDEN), line);
          assert.ok(!none.includes(HIDDEN), `${absent[at]}: ${none}`);
          assert.ok(!near.includes(HIDDEN), `${mistyped[at]}: ${near}`);
        }
      }
    });
  }

  it('H08 is there for whoever may see one thing of it', async () => {
    const roles = [
      makeRole({ allow: ALL, scope: { connections: [SEEN] } }),
      makeRole({ allow: ['vm.list'], scope: { folders: ['/other'] } }),
    ];
    const house = houseOf(roles);

    const made = await answerTo(
      house,
      `vm create new-1 --template template-9 --connection ${HIDDEN}`,
    );
    const none = await answerTo(
      house,
      `vm create new-1 --template template-1 --connection ${ABSENT}`,
    );
    const accepted = await answerTo(house, `connection accept ${HIDDEN}`);

    assert.match(made, /There is no template called template-9/);
    assert.match(none, /Known are lab-hv, lab-vc\./);
    assert.match(accepted, /Not allowed: connection accept lab-hv/);
  });
});
