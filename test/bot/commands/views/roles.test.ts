/** `role list` and `role show`: what each role gives, where, to which groups, and how these stand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toConsoleCard } from '#bot/renderers/adaptive-card.ts';
import { toSlackMessage } from '#bot/renderers/block-kit-message.ts';
import { toTeamsCard } from '#bot/renderers/teams-card.ts';
import { OperationError } from '#core/errors.ts';
import type { GroupMembers } from '#core/ports/directory.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import { validateAdaptiveCard } from '#test/bot/renderers/validate-adaptive-card.ts';
import { validateSlackMessage } from '#test/bot/renderers/validate-block-kit.ts';
import { GIB } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { judgeCard } from '#test/helpers/peers/teams.ts';
import { ANN, ask, askText, BOB, makeHouse, person } from './view-house.ts';

const PINNED = new Date('2026-02-01T10:00:00Z');
const LEADS = { id: 'S-1-5-21-1-2-3-1104', name: 'ops-leads', pinnedAt: PINNED };
const DISAGREEMENT: Disagreement = {
  ...{ written: 'night', pinnedId: 'S-1-5-21-1-2-3-1201', pinnedName: 'night-old' },
  ...{ nowId: 'S-1-5-21-1-2-3-1377', code: 'another_group' },
};
const NIGHT = { id: DISAGREEMENT.pinnedId, name: 'night', disagreement: DISAGREEMENT };
const AWAY = {
  ...{ id: 'S-1-5-21-1-2-3-1300', name: 'away', pinnedAt: PINNED },
  notCompared: 'directory_not_reachable',
} as const;
const TEAM = makeRole({
  ...{ name: 'web-team', line: 12, allow: ['vm.create', 'vm.start'], deny: ['vm.delete'] },
  ...{ scope: { folders: ['/test'] }, templates: ['ubuntu-24'], networks: ['VLAN-100'] },
  members: [LEADS, AWAY],
  quota: { role: { vms: 40, cpus: 80 }, member: { memoryBytes: 96 * GIB } },
});
const SHIFT = makeRole({ name: 'night shift', line: 30, members: [LEADS, NIGHT], allow: ['vm.*'] });
const ROLES = [makeRole({ name: 'all', line: 1 }), TEAM, SHIFT];

const members = (people: GroupMembers['people'], unreadable: readonly string[] = []) => ({
  listMembers: async () => ({ people, unreadable }),
});
const BOTH =
  /Role night shift grants nothing: the group night was S-1-5-21-1-2-3-1201 when its name was first read, is called night-old; the name is that of S-1-5-21-1-2-3-1377 now\. An administrator writes/;
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('role list', () => {
  it('H28 shows each role with its line, rights, scope and groups, and which grants nothing', async () => {
    const text = await askText(makeHouse({ roles: ROLES }), 'role list');

    assert.match(text, /^3 roles\n/);
    assert.match(
      text,
      /web-team \(line 12\) +vm\.create, vm\.start; never vm\.delete +in \/test and below +ops-leads, away/,
    );
    assert.match(text, /night shift \(line 30\) +nothing now +everywhere +ops-leads, night/);
    assert.match(flat(text), BOTH);
  });
});

describe('role show', () => {
  it('shows rights, scope, limits and each group with its id, its pin and its members', async () => {
    const eva = person('eva', 'Eva Lang', { state: 'disabled' });
    const house = makeHouse({ roles: ROLES, ...members([ANN, BOB, eva]) });

    const text = await askText(house, 'role show web-team', {});

    assert.match(text, /^Role web-team +line 12\n/);
    assert.match(text, /May: +vm\.create, vm\.start; never vm\.delete\n/);
    assert.match(text, /Where: +in \/test and below\n/);
    assert.match(text, /Templates: +ubuntu-24\nNetworks: +VLAN-100\n/);
    assert.match(text, /Quota, together: +40 VMs, 80 vCPU\nQuota, each: +96 GiB memory\n/);
    assert.match(
      text,
      /Group ops-leads: +S-1-5-21-1-2-3-1104; agrees, pinned 2026-02-01; 3 members, 1 of them not active\n/,
    );
    assert.match(
      flat(text),
      /Group away: S-1-5-21-1-2-3-1300; not compared: the directory could not say; 3 members/,
    );
  });

  it('H28 names both ids of a group that is no longer the one its name meant, and asks nobody for its members', async () => {
    const asked: string[] = [];
    const house = makeHouse({
      roles: ROLES,
      async listMembers(id) {
        asked.push(id);
        return { people: [BOB], unreadable: [] };
      },
    });

    const text = await askText(house, 'role show "night shift"');

    assert.match(text, /May: +nothing now\n/);
    assert.match(
      flat(text),
      /Group night: S-1-5-21-1-2-3-1201; is not the one that its name meant /,
    );
    assert.match(flat(text), BOTH);
    assert.deepEqual(asked, [LEADS.id]);
  });

  it('H28 H11 lists members who cannot be read, ten of them by name, and counts the others', async () => {
    const unreadable = Array.from({ length: 12 }, (_, at) => `CN=Ghost ${at}`);
    const house = makeHouse({ roles: [SHIFT], ...members([BOB], unreadable) });

    const text = flat(await askText(house, 'role show "night shift"'));

    assert.match(text, /1 member /);
    assert.match(
      text,
      /Members of ops-leads that cannot be read: CN=Ghost 0, .*CN=Ghost 9, 2 more\. The others count\./,
    );
  });

  it('H09 H11 says of a group alone that it cannot be read, or that the directory does not answer', async () => {
    for (const [code, words] of [
      ['group_not_readable', /its members cannot be read/],
      ['directory_not_reachable', /its members are not known: the directory does not answer/],
    ] as const) {
      const house = makeHouse({
        roles: ROLES,
        async listMembers(id) {
          if (id === LEADS.id) throw new OperationError(code, 'not_started', {});
          return { people: [BOB], unreadable: [] };
        },
      });

      const draft = await ask(house, 'role show web-team');
      const text = flat(await askText(house, 'role show web-team'));

      assert.match(text, words);
      assert.match(text, /Group away: .* 1 member/);
      assert.equal(draft.tone, 'warning');
    }
  });

  it('H08 finds no role by a part of its name, and suggests the nearest as a whole line', async () => {
    const house = makeHouse({ roles: ROLES });

    const draft = await ask(house, 'role show nigth-shift');
    const none = await ask(house, 'role show web');

    assert.equal(draft.title, 'There is no role called nigth-shift');
    assert.deepEqual(
      draft.actions.map(({ args }) => (args as { text: string }).text),
      ['role show "night shift"'],
    );
    assert.equal(none.title, 'There is no role called web');
  });

  it('is drawn by every renderer, valid for Slack, Teams and the console', async () => {
    const house = makeHouse({ roles: ROLES, ...members([BOB], ['<!channel>']) });

    for (const line of [
      'role list',
      'role show web-team',
      'role show "night shift"',
      'role show x',
    ]) {
      const draft = await ask(house, line);
      const card = { ...draft, actions: draft.actions.map((one, at) => ({ ...one, id: `${at}` })) };
      assert.deepEqual(validateSlackMessage(toSlackMessage(card)), [], line);
      assert.deepEqual(judgeCard(toTeamsCard(card, { ref: 'copy-1' })), [], line);
      assert.deepEqual(validateAdaptiveCard(toConsoleCard(card)), [], line);
    }
    const slack = JSON.stringify(
      toSlackMessage({ ...(await ask(house, 'role show web-team')), actions: [] }),
    );
    assert.doesNotMatch(slack, /"type":"mrkdwn","text":"[^"]*<!channel>/);
  });
});
