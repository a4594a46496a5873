/** `vm identify`: of VMs alone that lie, all that show the one identity, where the right holds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Draft } from '#bot/cards/draft.ts';
import { identifyReply } from '#bot/commands/vm-identify.ts';
import type { House } from '#bot/house.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { Scope } from '#core/rights/role.ts';
import { make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ANN, ask, makeHouse, toText } from './view-house.ts';

const FOLDERS = [
  make('folder', 'f-a', { body: { name: 'a', path: '/a' } }),
  make('folder', 'f-b', { body: { name: 'b', path: '/b' } }),
];

function twin(handle: string, name: string, connectionId: string, folderHandle: string) {
  const identity = `identity-of-${name}-on-${connectionId}`;
  return make('vm', handle, {
    ...{ connectionId, identity, isTwin: true, body: { name, folderHandle } },
  });
}

const BOTH_IN_A = [twin('vm-1', 'app', 'vc', 'f-a'), twin('vm-2', 'app', 'vc', 'f-a')];
const PARTED = [twin('vm-3', 'db', 'vc', 'f-a'), twin('vm-4', 'db', 'vc', 'f-b')];
const BOTH_IN_B = [twin('vm-5', 'web', 'vc', 'f-b'), twin('vm-6', 'web', 'vc', 'f-b')];
const ELSEWHERE = [twin('vm-7', 'web', 'hv', 'f-x'), twin('vm-8', 'web', 'hv', 'f-x')];
const SINGLES = [
  make('vm', 'vm-9', { body: { name: 'one', folderHandle: 'f-a' } }),
  make('vm', 'vm-10', { body: { name: 'other', folderHandle: 'f-b' } }),
];
const OBJECTS: readonly EstateObject[] = [
  ...[...FOLDERS, ...BOTH_IN_A, ...PARTED, ...BOTH_IN_B, ...ELSEWHERE, ...SINGLES],
];

/** Sees everything, and may tell apart where the scope says. */
function houseOf(scope: Scope): House {
  const roles = [
    makeRole({ allow: ['vm.list', 'vm.show'] }),
    makeRole({ name: 'tells-apart', allow: ['vm.identify'], scope }),
  ];
  return makeHouse({ objects: OBJECTS, roles, states: { vc: {}, hv: {} } });
}

const titleOf = async (house: House, name: string) =>
  (await ask(house, `vm identify ${name}`)).title;
const targetsOf = ({ actions }: Draft) =>
  actions.map(({ args }) => {
    const { vmId, id } = args as { readonly vmId?: string; readonly id?: string };
    return vmId ?? id;
  });

/** A click on a card that was drawn before, in a transaction that keeps what is written. */
async function click(house: House, vmId: string) {
  const written: unknown[] = [];
  const audited: unknown[] = [];
  const tx = {
    lock: async () => undefined,
    afterCommit: () => undefined,
    audit: { insert: async (event: unknown) => audited.push(event) },
    estate: {
      find: async (id: string) => OBJECTS.find((one) => one.id === id),
      listByIdentity: async (connectionId: string, _: string, identity: string) =>
        OBJECTS.filter((one) => one.connectionId === connectionId && one.identity === identity),
      write: async (rows: readonly unknown[]) => written.push(...rows),
    },
  };
  const asking = { house, person: ANN, place: 'here', via: 'console', text: '', chosen: {} };
  const said = await (await identifyReply(asking, vmId))(tx as never);
  return { said: said as Draft, written, audited };
}

describe('vm identify', () => {
  it('H04 asks of twins that both lie where the right holds', async () => {
    const draft = await ask(houseOf({ folders: ['/a'] }), 'vm identify app');

    assert.equal(draft.title, 'Which of these is the VM?');
    assert.deepEqual(targetsOf(draft), ['id-of-vm-1', 'id-of-vm-2']);
    assert.equal(
      await titleOf(houseOf({ folders: ['/a'] }), 'one'),
      'Only one VM shows the identity of one',
    );
  });

  it('H04 knows no VM elsewhere, nor one whose twin lies elsewhere, and suggests none', async () => {
    for (const [scope, names] of [
      [{ folders: ['/a'] }, ['db', 'web', 'other']],
      [{ folders: ['/b'] }, ['db', 'app', 'one']],
      [{ connections: ['hv'] }, ['app', 'db', 'one', 'other']],
      [{ owner: 'self' }, ['app', 'db', 'web', 'one']],
    ] as const) {
      const house = houseOf(scope);
      for (const name of names) {
        const hidden = await ask(house, `vm identify ${name}`);
        const ghost = 'q'.repeat(name.length);
        const absent = await ask(house, `vm identify ${ghost}`);
        const near = await ask(house, `vm identify ${name}r`);

        assert.equal(toText(hidden), toText(absent).replaceAll(ghost, name));
        assert.match(hidden.title, /^There is no VM called /);
        for (const id of targetsOf(near))
          assert.ok(!isHidden(String(id), names), `${id} of ${name}`);
      }
    }
  });

  it('H04 H08 asks which of several pairs of one name is meant, of those it knows', async () => {
    const everywhere = await ask(houseOf({}), 'vm identify web');
    const there = await ask(houseOf({ connections: ['hv'] }), 'vm identify web');

    assert.match(everywhere.title, /Four VMs are called web\. Which one\?/);
    assert.deepEqual(targetsOf(there), ['id-of-vm-7', 'id-of-vm-8']);
    const chosen = { vm: 'id-of-vm-8' };
    const settled = await ask(houseOf({}), 'vm identify web', { chosen });
    assert.deepEqual(targetsOf(settled), ['id-of-vm-7', 'id-of-vm-8']);
    const hidden = await ask(houseOf({ folders: ['/a'] }), 'vm identify web', { chosen });
    assert.equal(hidden.title, 'That VM is no more');
  });

  it('H04 is judged anew by the click, on every twin, in the words of one that is no more', async () => {
    const house = houseOf({ folders: ['/a'] });

    const mine = await click(house, 'id-of-vm-1');
    const parted = await click(house, 'id-of-vm-3');
    const other = await click(house, 'id-of-vm-5');
    const gone = await click(house, 'id-of-nothing');

    assert.equal(mine.said.title, 'app (vm-1) is the VM');
    assert.equal(mine.written.length, 2);
    for (const { said, written, audited } of [parted, other]) {
      assert.deepEqual(said, gone.said);
      assert.deepEqual(written, []);
      assert.deepEqual(audited, [
        { event: 'refused', personId: ANN.id, facts: { right: 'vm.identify' } },
      ]);
    }
  });
});

function isHidden(id: string, names: readonly string[]): boolean {
  return OBJECTS.some((one) => one.id === id && names.includes(one.body.name));
}
