/** The plans of `vm maintenance enter` and `exit`: what is taken, what comes back, and what somebody else has changed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNoteWords } from '#bot/cards/plan-blocks.ts';
import type { NicBody } from '#core/inventory/vm-parts.ts';
import type { KnownMaintenance } from '#core/operations/read-vm-maintenance.ts';
import { vmDelete } from '#core/operations/vm-delete.ts';
import { vmMaintenanceEnter } from '#core/operations/vm-maintenance-enter.ts';
import { vmMaintenanceExit } from '#core/operations/vm-maintenance-exit.ts';
import { vmNetworkConnect, vmNetworkDisconnect } from '#core/operations/vm-network.ts';
import { vmStart } from '#core/operations/vm-power.ts';
import { vmResume } from '#core/operations/vm-save.ts';
import { isDeedWithin } from '#core/plan/canonical-hash.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { RememberedNic } from '#core/ports/vm-maintenance.ts';
import { codesOf, idOf, makePartsWorld, type PartsWish, VM_ID, wordsOf } from './parts-world.ts';

const POWER = { save: true };
const VC: PartsWish = { connection: { power: POWER } as never };
const HV: PartsWish = {
  connection: { power: POWER, hardware: { nicSettings: ['vlan', 'vmqWeight'] } } as never,
};

const NIC: NicBody = {
  ...{ key: '4000', label: 'Network adapter 1' },
  ...{ networkHandle: 'net-1', networkName: 'office', connected: true },
};
const DMZ = { networkHandle: 'net-2b', networkName: 'DMZ' };
const NAMELESS = { networkHandle: undefined, networkName: undefined };

const enter = (wish: PartsWish, how: { isOffNetwork?: boolean; isSaved?: boolean } = {}) => {
  const input = { vmId: VM_ID, isOffNetwork: true, isSaved: false, ...how };
  return vmMaintenanceEnter.plan(input, makePartsWorld({ ...VC, ...wish }));
};

const WAS: RememberedNic = {
  ...{ key: '4000', label: 'Network adapter 1', isOff: false },
  ...{ networkIdentity: 'identity-of-net-1', networkName: 'office' },
};
const keep = (
  changes: Partial<KnownMaintenance> = {},
  nics: readonly RememberedNic[] = [WAS],
): KnownMaintenance => ({
  ...{ vmId: VM_ID, connectionId: 'vc', jobId: 'j1', isOffNetwork: true, isSaved: false },
  ...{ was: { power: 'on', nics }, beganAt: new Date('2026-11-26T13:20:07Z') },
  ...{ byName: 'Carl Wu', jobNumber: 4 },
  ...changes,
});
const exit = (wish: PartsWish, how: { overwrites?: boolean; leavesMissing?: boolean } = {}) => {
  const input = { vmId: VM_ID, overwrites: false, leavesMissing: false, ...how };
  return vmMaintenanceExit.plan(input, makePartsWorld({ ...VC, maintenance: keep(), ...wish }));
};
const withNics = (...nics: readonly Partial<NicBody>[]): PartsWish => ({
  vm: { nics: nics.map((change) => ({ ...NIC, ...change })) },
});
const OFF = withNics({ connected: false });
const SAVED: PartsWish = {
  vm: { power: 'suspended', nics: [{ ...NIC, connected: false }] },
  maintenance: keep({ isSaved: true }),
};

const notesOf = ({ advice }: Plan) => advice.notes.map(toNoteWords);
const kindsOf = ({ steps }: Plan) => steps.map(({ kind }) => kind);
const inputOf = ({ steps }: Plan, kind: string) =>
  steps.find((step) => step.kind === kind)?.input as Readonly<Record<string, unknown>>;

describe('the plan of a VM that enters maintenance', () => {
  it('remembers first, takes every adapter off that is on a network, and saves last', () => {
    const nics = withNics({ key: '4001', label: 'B' }, {}, { key: '4002', connected: false });

    const plan = enter(nics, { isSaved: true });

    assert.deepEqual(plan.blockers, []);
    assert.deepEqual(kindsOf(plan), ['remember-vm', 'set-nic', 'set-nic', 'save-vm']);
    assert.deepEqual(
      plan.steps.map(({ after }) => after),
      [[], ['remember-vm'], ['set-nic-1'], ['set-nic-2']],
    );
    assert.deepEqual(plan.bounds.effects, { [VM_ID]: 'saved' });
    const { nic, network, expects } = inputOf(plan, 'set-nic');
    assert.deepEqual([nic, network, expects], ['4000', null, 'net-1']);
    assert.equal(plan.bounds.exact['B (4001)'], 'office (identity-of-net-1)');
  });

  it('says of each adapter where it comes back to, its VLAN too, and which stays off', () => {
    const nics = withNics({ vlan: 120 }, { key: '4001', label: 'B', connected: false });

    assert.deepEqual(notesOf(enter({ ...HV, ...nics })), [
      'Network adapter 1 is taken off office, VLAN 120; its traffic ends at once, and the end of the maintenance brings it back there.',
      'B is on no network, and stays so.',
    ]);
  });

  it('saves nothing that does not run, and says that its end does not start it', () => {
    const plan = enter({ vm: { power: 'off' } }, { isSaved: true });

    assert.deepEqual(kindsOf(plan), ['remember-vm', 'set-nic']);
    assert.deepEqual(plan.bounds.effects, { [VM_ID]: 'pause' });
    assert.match(notesOf(plan).join(' '), /does not run, so it is not saved, and .* not start it/);
  });

  it('leaves adapters alone where it is to be saved only', () => {
    const plan = enter({}, { isOffNetwork: false, isSaved: true });

    assert.deepEqual(kindsOf(plan), ['remember-vm', 'save-vm']);
  });

  it('is refused a second time, in words', () => {
    assert.deepEqual(wordsOf(enter({ maintenance: keep() })), [
      'web is in maintenance since 2026-11-26 13:20 UTC, by Carl Wu (J-4). Bring it back first: vm maintenance exit web',
    ]);
  });

  it('is refused what could not be brought back, or would change nothing', () => {
    const save = { isOffNetwork: false, isSaved: true };

    assert.deepEqual(codesOf(enter({ vm: { power: 'paused' } })), ['vm_neither_on_nor_off']);
    assert.deepEqual(codesOf(enter({ vm: { power: 'paused' } }, save)), ['vm_paused']);
    assert.deepEqual(codesOf(enter({ vm: { power: 'suspended' } }, save)), ['vm_already_saved']);
    assert.deepEqual(codesOf(enter({ vm: { power: 'off' } }, save)), [
      'maintenance_without_effect',
    ]);
    assert.deepEqual(codesOf(enter(OFF)), ['maintenance_without_effect']);
    assert.deepEqual(codesOf(enter({}, { isOffNetwork: false })), ['maintenance_without_effect']);
    assert.deepEqual(wordsOf(enter(withNics({ networkHandle: 'net-of-nobody' }))), [
      'On which network Network adapter 1 is is not known, so it could not be brought back there.',
    ]);
    assert.deepEqual(codesOf(enter({ vm: { question: 'Copied?' } })), ['vm_asks_question']);
    assert.deepEqual(codesOf(enter({ isNeeded: true })), ['drover_needs_it']);
    assert.deepEqual(codesOf(enter({ own: { isTwin: true } })), ['vm_is_twin']);
  });

  it('is refused what its platform cannot do, in words', () => {
    const none = { connection: { power: {}, hardware: undefined } as never };

    assert.deepEqual(wordsOf(enter(none, { isSaved: true })), [
      'vc cannot do vm.network.disconnect.',
      'vc cannot do vm.save.',
    ]);
  });

  it('is another deed when an adapter is on another network by the start', () => {
    assert.ok(isDeedWithin(enter({}), enter({})));
    assert.ok(!isDeedWithin(enter(withNics(DMZ)), enter({})));
  });
});

describe('the plan of a VM that leaves maintenance', () => {
  it('starts what was saved, brings its adapters back, and forgets last', () => {
    const plan = exit(SAVED);

    assert.deepEqual(plan.blockers, []);
    assert.deepEqual(kindsOf(plan), ['start-vm', 'set-nic', 'forget-vm']);
    assert.deepEqual(plan.steps.at(-1)?.after, ['set-nic-1']);
    const { network, expects, vlan } = inputOf(plan, 'set-nic');
    assert.deepEqual(
      [(network as { handle: string }).handle, expects, vlan],
      ['net-1', 'none', undefined],
    );
    assert.deepEqual(inputOf(plan, 'forget-vm').left, []);
    assert.deepEqual(notesOf(plan), [
      'web is started again, as it was before.',
      'Network adapter 1 comes back to office.',
    ]);
  });

  it('does not start a VM that was off, nor one that was only off its networks', () => {
    const was = { power: 'off' as const, nics: [WAS] };

    const wasOff = exit({
      vm: { power: 'off', nics: [{ ...NIC, connected: false }] },
      maintenance: keep({ isSaved: true, was }),
    });
    const wasOn = exit({ vm: { power: 'off', nics: [{ ...NIC, connected: false }] } });

    for (const plan of [wasOff, wasOn]) {
      assert.deepEqual(kindsOf(plan), ['set-nic', 'forget-vm']);
      assert.deepEqual(inputOf(plan, 'forget-vm').left, []);
    }
  });

  it('changes nothing that stands as it was, and no adapter of a VM that was only saved', () => {
    assert.deepEqual(kindsOf(exit({})), ['forget-vm']);
    assert.match(notesOf(exit({})).join(' '), /Nothing of web is changed; its maintenance is over/);
    const saved = exit({
      ...withNics(DMZ),
      maintenance: keep({ isOffNetwork: false, isSaved: true }),
    });
    assert.deepEqual([kindsOf(saved), inputOf(saved, 'forget-vm').left], [['forget-vm'], []]);
  });

  it('leaves an adapter that was on no network before, and has no network by now', () => {
    const plan = exit({
      ...withNics({ connected: false }),
      maintenance: keep({}, [{ ...WAS, isOff: true }]),
    });

    assert.deepEqual(kindsOf(plan), ['forget-vm']);
  });

  const CHANGES: readonly (readonly [string, PartsWish, RegExp])[] = [
    ['on another network', withNics(DMZ), /was on office and is on DMZ now/],
    [
      'off, with another network behind it',
      withNics({ ...DMZ, connected: false }),
      /was on office and is on no network now/,
    ],
    [
      'of another VLAN',
      { ...HV, ...withNics({ ...NAMELESS, connected: false, vlan: 7 }) },
      /was on office and is on no network, VLAN 7 now/,
    ],
  ];
  for (const [what, wish, words] of CHANGES)
    it(`H17 leaves an adapter as it is that is ${what} by somebody else, and says so`, () => {
      const plan = exit(wish);

      assert.deepEqual(plan.blockers, []);
      assert.deepEqual(kindsOf(plan), ['forget-vm']);
      assert.deepEqual(inputOf(plan, 'forget-vm').left, ['Network adapter 1']);
      assert.match(notesOf(plan).join(' '), words);
      assert.match(notesOf(plan).join(' '), /It stays so; with --overwrite it comes back too/);
    });

  it('brings it back where that is wished, from where it is now, its VLAN too', () => {
    const maintenance = keep({}, [{ ...WAS, vlan: 120 }]);
    const wish = { ...HV, ...withNics({ ...DMZ, vlan: 7 }), maintenance };

    const plan = exit(wish, { overwrites: true });

    const { network, expects, vlan } = inputOf(plan, 'set-nic');
    assert.deepEqual(
      [(network as { handle: string }).handle, expects, vlan],
      ['net-1', 'net-2b', 120],
    );
    assert.deepEqual(inputOf(plan, 'forget-vm').left, []);
    assert.match(notesOf(plan).join(' '), /It comes back all the same, as wished/);
  });

  it('takes it off again where it was off, if that is wished', () => {
    const maintenance = keep({}, [{ ...WAS, isOff: true }]);

    assert.deepEqual(inputOf(exit({ maintenance }), 'forget-vm').left, ['Network adapter 1']);
    const plan = exit({ maintenance }, { overwrites: true });
    const { network, expects } = inputOf(plan, 'set-nic');
    assert.deepEqual([network, expects], [null, 'net-1']);
  });

  it('leaves the power as it is that somebody else has changed, and names it', () => {
    const off = {
      vm: { power: 'off' as const, platformState: 'poweredOff' },
      maintenance: keep({ isSaved: true }),
    };

    const plan = exit(off);

    assert.deepEqual(
      [kindsOf(plan), inputOf(plan, 'forget-vm').left],
      [['forget-vm'], ['its power']],
    );
    assert.match(notesOf(plan).join(' '), /its platform says poweredOff now.*It is not started/);
    assert.deepEqual(kindsOf(exit(off, { overwrites: true })), ['start-vm', 'forget-vm']);
    const runs = exit({ maintenance: keep({ isSaved: true }) });
    assert.deepEqual([kindsOf(runs), inputOf(runs, 'forget-vm').left], [['forget-vm'], []]);
  });

  it('names an adapter that is gone', () => {
    const plan = exit({ vm: { nics: [] } });

    assert.deepEqual(notesOf(plan)[0], 'web has Network adapter 1 no more.');
    assert.deepEqual(inputOf(plan, 'forget-vm').left, ['Network adapter 1']);
  });

  it('finds on another host the network of the name that its host sees', () => {
    const nics = withNics({ ...NAMELESS, connected: false });
    const was = { ...WAS, networkIdentity: 'identity-of-net-2a', networkName: 'DMZ' };

    const plan = exit({ ...nics, maintenance: keep({}, [was]) });

    assert.equal((inputOf(plan, 'set-nic').network as { handle: string }).handle, 'net-2b');
  });

  it('is refused where its host does not have the network, with the way on', () => {
    const was = { ...WAS, networkIdentity: 'identity-of-net-3', networkName: 'elsewhere' };
    const wish = {
      ...withNics({ ...NAMELESS, connected: false }),
      maintenance: keep({}, [was]),
    };

    assert.deepEqual(wordsOf(exit(wish)), [
      'The host of web (esx-1) does not have the network elsewhere, on which Network adapter 1 was. Move it to one that does, or leave that adapter off: vm maintenance exit web --leave-missing',
    ]);
    const plan = exit(wish, { leavesMissing: true });
    assert.deepEqual([plan.blockers, kindsOf(plan)], [[], ['forget-vm']]);
    assert.deepEqual(inputOf(plan, 'forget-vm').left, ['Network adapter 1']);
  });

  it('is refused for a VM in none, one that stands still otherwise, and on a closed host', () => {
    const none = vmMaintenanceExit.plan(
      { vmId: VM_ID, overwrites: false, leavesMissing: false },
      makePartsWorld(VC),
    );

    assert.deepEqual(wordsOf(none), [
      'web is not in maintenance: Drover remembers nothing that could be brought back.',
    ]);
    const nics = [{ ...NIC, connected: false }];
    assert.deepEqual(codesOf(exit({ vm: { power: 'paused', nics } })), ['vm_neither_on_nor_off']);
    assert.deepEqual(codesOf(exit({ ...SAVED, closed: [idOf('host-1')] })), ['vm_on_closed_host']);
  });
});

describe('other commands on a VM in maintenance', () => {
  const world = (wish: PartsWish) => makePartsWorld({ ...VC, ...wish });
  const saved = keep({ isSaved: true });

  it('do not start or resume what its maintenance has saved', () => {
    const wish = { vm: { power: 'suspended' as const }, maintenance: saved };

    for (const operation of [vmStart, vmResume])
      assert.deepEqual(codesOf(operation.plan({ vmId: VM_ID }, world(wish))), [
        'vm_in_maintenance',
      ]);
  });

  it('may start and resume one that is only off its networks', () => {
    const plan = vmStart.plan(
      { vmId: VM_ID },
      world({ vm: { power: 'off' }, maintenance: keep() }),
    );

    assert.deepEqual(codesOf(plan), []);
  });

  it('change no network of it', () => {
    const input = { vmId: VM_ID, nicKey: '4000' };
    const wish = world({ maintenance: keep() });

    for (const plan of [
      vmNetworkDisconnect.plan(input, wish),
      vmNetworkConnect.plan({ ...input, networkIds: [idOf('net-2b')] }, wish),
    ])
      assert.deepEqual(codesOf(plan), ['vm_in_maintenance']);
  });

  it('say with its deletion that it is forgotten', () => {
    const plan = vmDelete.plan({ vmId: VM_ID }, world({ maintenance: keep() }));

    assert.match(notesOf(plan).join(' '), /what it was before is forgotten with it/);
  });
});
