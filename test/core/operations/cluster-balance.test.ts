/** What holds for the plan that balances a cluster: whom it moves, what was agreed, and what is left of it at the start. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PLAN_WORDS } from '#bot/words/en/plan-words.ts';
import { clusterBalance } from '#core/operations/cluster-balance.ts';
import type { World } from '#core/operations/operation.ts';
import { isWithin } from '#core/plan/bounds.ts';
import { isDeedWithin } from '#core/plan/canonical-hash.ts';
import type { Plan } from '#core/plan/plan.ts';
import { GIB } from '../estate-makers.ts';
import { idOf, type MovesWorldWish, makeMovesWorld } from './moves-world.ts';

const used = (gib: number, more = {}) => ({ memoryUsedBytes: gib * GIB, ...more });
const on = (host: string, gib: number, more = {}) => ({
  ...{ hostHandle: host, memoryBytes: gib * GIB, cpuDemandCores: 0, ...more },
});
/** Four on the full host of three. */
const VMS = {
  ...{ 'v-1': on('h-0', 12), 'v-2': on('h-0', 11), 'v-3': on('h-0', 10), 'v-4': on('h-0', 0.2) },
  'v-5': on('h-1', 2),
};
const HOSTS = { 'h-0': used(80), 'h-1': used(10), 'h-2': used(12) };
const WISH: MovesWorldWish = { hosts: HOSTS, vms: VMS };

function plan(wish: MovesWorldWish, ...vms: string[]): Plan {
  const clusterId = idOf('c-1');
  const input = vms.length > 0 ? { clusterId, vmIds: vms.map(idOf) } : { clusterId };
  return clusterBalance.plan(input, makeMovesWorld(wish));
}

const movesOf = ({ advice }: Plan) =>
  (advice.moves ?? []).map(({ vmName, toName }) => `${vmName} to ${toName}`);
const codesOf = ({ blockers }: Plan) => blockers.map(({ code, facts }) => `${code} ${facts.vm}`);
const noteOf = ({ advice }: Plan, code: string) => advice.notes.find((note) => note.code === code);

describe('cluster.balance', () => {
  it('moves what evens out most, each a step of its own that waits for none, and holds its place', () => {
    const made = plan(WISH);

    assert.deepEqual(movesOf(made), ['v-1 to h-1', 'v-2 to h-2', 'v-3 to h-1']);
    assert.deepEqual(
      made.steps.map(({ kind, after, isSparable }) => [kind, after, isSparable]),
      made.steps.map(() => ['move-vm', [], true]),
    );
    assert.deepEqual(
      made.reserves?.places.map(({ hostId, memoryBytes }) => [hostId, memoryBytes / GIB]),
      [
        [idOf('h-1'), 12],
        [idOf('h-2'), 11],
        [idOf('h-1'), 10],
      ],
    );
    assert.deepEqual(made.bounds.oneOf[idOf('v-2')], [idOf('h-2')]);
    assert.equal(noteOf(made, 'imbalance_changes')?.facts.goal, 'balance');
    assert.deepEqual(
      made.advice.moves?.map(({ starsBefore }) => starsBefore),
      [3, 3, 3],
    );
  });

  it('goes for the goal of its own cluster, whatever that of another is', () => {
    const goalIn =
      (wanted: string): World['goalOf'] =>
      (connection, cluster) =>
        connection === 'vc' && cluster === wanted ? 'consolidate' : 'balance';
    const cluster = { name: 'C1' };

    const own = plan({ ...WISH, cluster, goalOf: goalIn('C1') });
    const other = plan({ ...WISH, cluster, goalOf: goalIn('C2') });

    assert.deepEqual(movesOf(own), ['v-5 to h-0']);
    assert.equal(noteOf(own, 'imbalance_changes')?.facts.goal, 'consolidate');
    assert.deepEqual(movesOf(other), movesOf(plan(WISH)));
  });

  it('is the same plan when all that it moves are named', () => {
    assert.deepEqual(plan(WISH, 'v-1', 'v-2', 'v-3'), plan(WISH));
  });

  it('judges a part of it by itself', () => {
    assert.deepEqual(movesOf(plan(WISH, 'v-3')), ['v-3 to h-1']);
    assert.deepEqual(codesOf(plan(WISH, 'v-3', 'v-4')), ['vm_gains_too_little v-4']);
  });

  it('moves nothing that is off, paused, asked about, tied, busy, elsewhere, or that Drover needs', () => {
    const made = plan(
      {
        hosts: { ...HOSTS, 'h-9': used(80, { clusterHandle: 'c-2' }) },
        vms: {
          off: on('h-0', 12, { power: 'off' }),
          paused: on('h-0', 12, { power: 'paused' }),
          asked: on('h-0', 12, { question: 'Copied or moved?' }),
          tied: on('h-0', 12, { ties: [{ what: 'passthrough', label: 'GPU' }] }),
          busy: on('h-0', 12),
          own: on('h-0', 12),
          elsewhere: on('h-9', 12),
        },
        busy: { [idOf('busy')]: 7 },
        purposes: { [idOf('own')]: [{ what: 'database', name: 'db' }] as never },
      },
      ...['off', 'paused', 'asked', 'tied', 'busy', 'own', 'elsewhere'],
    );

    assert.deepEqual(codesOf(made), [
      ...['vm_does_not_run off', 'vm_does_not_run paused', 'vm_asks_question asked'],
      ...['vm_tied_to_host tied', 'another_job_changes_it busy', 'drover_stays own'],
      'vm_not_among_hosts elsewhere',
    ]);
    assert.deepEqual(movesOf(made), []);
  });

  it('gives to no host in maintenance, on its way there or not connected, and takes from none', () => {
    const without = (host: object) => movesOf(plan({ ...WISH, hosts: { ...HOSTS, 'h-1': host } }));
    const closed = movesOf(plan({ ...WISH, closed: ['h-1'] }));

    for (const moves of [
      without(used(10, { inMaintenance: true })),
      without(used(10, { state: 'not_responding' })),
      closed,
    ])
      assert.deepEqual(moves, ['v-1 to h-2', 'v-2 to h-2']);
    assert.deepEqual(movesOf(plan({ ...WISH, closed: ['h-0'] })), []);
  });

  it('asks nobody where the platform balances, a job does already, or there are no two hosts', () => {
    const codes = [
      plan({ ...WISH, cluster: { automation: 'full' } }),
      plan({ ...WISH, busy: { [idOf('c-1')]: 7 } }),
      plan({ hosts: { 'h-0': used(80) }, vms: VMS }),
      plan({ ...WISH, hosts: { 'h-0': used(50), 'h-1': used(50), 'h-2': used(50) } }),
    ].map(({ blockers }) => blockers.map(({ code }) => code).join());

    assert.deepEqual(codes, [
      ...['platform_balances', 'another_job_changes_it', 'too_few_hosts', 'nothing_to_balance'],
    ]);
  });

  it('keeps what its platform forbids out', () => {
    const against = [{ code: 'platform_forbids', facts: {} }] as const;
    const made = plan({
      ...WISH,
      answerOf: (vmId, hostId) =>
        vmId === idOf('v-1') && hostId === idOf('h-1') ? { against, warnings: [] } : undefined,
    });

    assert.equal(movesOf(made)[0], 'v-1 to h-2');
  });

  it('keeps it out as well where there are too many VMs to look up the word on each', () => {
    const against = [{ code: 'platform_forbids', facts: {} }] as const;
    const small = Array.from({ length: 30 }, (_, at) => [`w-${at}`, on('h-0', 0.1)] as const);
    const made = plan({
      ...{ ...WISH, vms: { ...VMS, ...Object.fromEntries(small) } },
      answerOf: (vmId) => (vmId === idOf('v-1') ? { against, warnings: [] } : undefined),
    });

    assert.deepEqual(movesOf(made), ['v-2 to h-1', 'v-3 to h-2']);
  });
});

describe('cluster.balance where nothing moves', () => {
  const toWords = (wish: MovesWorldWish, ...vms: string[]) =>
    plan(wish, ...vms)
      .blockers.map(({ code, facts }) => PLAN_WORDS[code](facts))
      .join();
  const tied = { ties: [{ what: 'passthrough', label: 'GPU' }] } as const;
  const off = { power: 'off' } as const;

  it('says how uneven its hosts are and what keeps each VM, where none may move', () => {
    const vms = {
      ...{ 'v-1': on('h-0', 12, tied), 'v-2': on('h-0', 11, tied), 'v-3': on('h-0', 10, off) },
      'v-5': on('h-1', 2, off),
    };

    assert.equal(
      toWords({ ...WISH, vms, cluster: { name: 'C1' } }),
      'Nothing in C1 can move now, and its hosts differ by 48 % of the mean: 2 VMs do not run, 2 VMs are tied to their hosts.',
    );
  });

  it('says who has no room and whom a rule keeps, and that the rest would gain too little', () => {
    const full = { 'h-0': used(80), 'h-1': used(70), 'h-2': used(70) };
    const vms = { 'v-1': on('h-0', 22), 'v-2': on('h-0', 0.2), 'v-3': on('h-0', 1, tied) };

    assert.match(
      toWords({ ...WISH, hosts: full, vms }),
      /^Nothing in c-1 that can move is worth moving now, .*: 1 VM is tied to its host, 1 VM finds room on no other host, 1 VM would gain too little\.$/,
    );
  });

  it('says that the platform forbids what would be worth it', () => {
    const against = [{ code: 'platform_forbids', facts: {} }] as const;
    const vms = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`w-${at}`, on('h-0', at === 0 ? 12 : 0.1)]),
    );

    assert.match(
      toWords({ ...WISH, vms, answerOf: () => ({ against, warnings: [] }) }),
      /: 1 VM may not move, says the platform, 29 VMs would gain too little\.$/,
    );
  });

  it('says that there are no VMs, and leaves it at the goal where each of them may move', () => {
    const even = { 'h-0': used(50), 'h-1': used(50), 'h-2': used(50) };

    assert.match(toWords({ ...WISH, vms: {} }), /can move now: on the hosts .* there are none\.$/);
    assert.match(toWords({ ...WISH, hosts: even }), /^c-1 is balanced as well as a few moves can/);
  });
});

describe('cluster.balance at its start', () => {
  const approved = plan(WISH);
  const start = (wish: MovesWorldWish) =>
    plan({ ...wish, within: approved.bounds }, 'v-1', 'v-2', 'v-3');
  const isInside = (made: Plan) =>
    made.blockers.length === 0 &&
    isWithin(made.bounds, approved.bounds) &&
    isDeedWithin(made, approved);

  it('is what was agreed to while nothing has changed', () => {
    assert.deepEqual(movesOf(start(WISH)), movesOf(approved));
    assert.ok(isInside(start(WISH)));
  });

  it('leaves out what is no longer possible or worth it, says so, and stays inside', () => {
    const made = start({ ...WISH, vms: { ...VMS, 'v-2': on('h-0', 11, { power: 'off' }) } });
    const full = start({ ...WISH, hosts: { ...HOSTS, 'h-2': used(88) } });

    assert.deepEqual(movesOf(made), ['v-1 to h-1', 'v-3 to h-1']);
    assert.deepEqual(noteOf(made, 'moves_dropped')?.facts.vms, ['v-2']);
    assert.deepEqual(movesOf(full), ['v-1 to h-1', 'v-3 to h-1']);
    assert.deepEqual(noteOf(full, 'moves_dropped')?.facts.vms, ['v-2']);
    assert.ok(isInside(made) && isInside(full));
  });

  it('counts a VM that is no more among those that are left out', () => {
    const { 'v-2': _gone, ...vms } = VMS;
    const { 'v-3': _too, ...fewer } = vms;
    const say = (wish: MovesWorldWish) => {
      const note = noteOf(start(wish), 'moves_dropped');
      return note && PLAN_WORDS.moves_dropped(note.facts).split(': ')[1];
    };

    const away = { ...VMS, 'v-1': on('h-0', 12, { power: 'off' }) };
    const { 'v-2': _also, ...both } = away;
    assert.deepEqual(
      [say({ ...WISH, vms }), say({ ...WISH, vms: fewer }), say({ ...WISH, vms: both })],
      ['1 VM that is no more.', '2 VMs that are no more.', 'v-1 and 1 VM that is no more.'],
    );
  });

  it('names a VM that is no more among those that are left out', () => {
    const world = makeMovesWorld({ ...WISH, within: approved.bounds });
    const vm = world.index.get('vm', idOf('v-2'));
    if (vm) world.index.apply([{ ...vm, gone: true }]);

    const made = clusterBalance.plan({ clusterId: idOf('c-1'), vmIds: [idOf('v-2')] }, world);

    const said = made.advice.notes.map(({ code, facts }) => PLAN_WORDS[code](facts));
    assert.ok(said.includes('The VM v-2 is no more, says its platform.'), said.join());
    assert.deepEqual(noteOf(made, 'moves_dropped')?.facts.vms, ['v-2']);
  });

  it('is refused under its name where the cluster is no more', () => {
    const world = makeMovesWorld({ ...WISH, within: approved.bounds });
    const cluster = world.index.get('cluster', idOf('c-1'));
    if (cluster) world.index.apply([{ ...cluster, gone: true }]);

    const { blockers } = clusterBalance.plan({ clusterId: idOf('c-1') }, world);

    assert.deepEqual(
      blockers.map(({ code, facts }) => PLAN_WORDS[code](facts)),
      ['The cluster c-1 is no more, says its platform.'],
    );
  });

  it('sends no VM to a host that was not agreed to for it', () => {
    const made = start({ ...WISH, hosts: { ...HOSTS, 'h-1': used(10, { inMaintenance: true }) } });

    assert.deepEqual(movesOf(made), ['v-2 to h-2']);
    assert.ok(isInside(made));
  });

  it('does nothing where nothing of it is worth it any more', () => {
    const made = start({ ...WISH, hosts: { 'h-0': used(50), 'h-1': used(50), 'h-2': used(50) } });

    assert.deepEqual(
      made.blockers.map(({ code }) => code),
      ['nothing_to_balance'],
    );
    assert.equal(made.steps.length, 0);
  });
});
