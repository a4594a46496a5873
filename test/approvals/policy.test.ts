/** Which rules hold, and what they ask for together. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findStages,
  type Policy,
  type PolicyDecision,
  type PolicyQuestion,
} from '#approvals/policy.ts';
import { NO_BOUNDS } from '#core/operations/plan-parts.ts';
import type { Bounds } from '#core/plan/bounds.ts';
import { GIB } from './house-estate.ts';
import { ask, group, makePolicy } from './house-rules.ts';

interface Asked {
  readonly operation?: string;
  readonly scope?: Partial<PolicyQuestion['scope']>;
  readonly roleNames?: readonly string[];
  readonly bounds?: Partial<Bounds>;
}

const sizes = { vms: 1, cpus: 4, memoryBytes: 16 * GIB, diskBytes: 100 * GIB };

function decide(policies: readonly Policy[], asked: Asked = {}): PolicyDecision {
  const { operation = 'vm.create', roleNames = ['web-team'] } = asked;
  const scope = {
    ...{ connectionId: 'vc', clusterName: 'prod', folderPath: '/prod/web', ownerId: 'lab-ann' },
    ...asked.scope,
  };
  const bounds = { ...NO_BOUNDS, atMost: sizes, ...asked.bounds };
  return findStages(
    { operation, scope, personId: 'lab-ann', roleNames, plan: { bounds } },
    policies,
  );
}

/** Names of the rules that ask, `auto`, or `no_policy`. */
function names(policies: readonly Policy[], asked: Asked = {}): readonly string[] {
  const decision = decide(policies, asked);
  return decision.verdict === 'stages'
    ? decision.stages.map(({ rule }) => rule)
    : [decision.verdict];
}

const auto = makePolicy({ name: 'by-rule', line: 4, approvals: null });

describe('rules together', () => {
  it('add up all stages of those that hold, with the shortest time', () => {
    const policies = [
      makePolicy({ name: 'leads', line: 9, approvals: ask({ expiresAfterMinutes: 60 }) }),
      makePolicy({ name: 'elsewhere', scope: { folders: ['/test'] } }),
      makePolicy({
        ...{ name: 'large', line: 20, when: { cpus: { moreThan: 2 } } },
        approvals: ask({
          needed: 1,
          group: group('capacity'),
          reasonOnDeny: false,
          expiresAfterMinutes: 30,
        }),
      }),
    ];

    assert.deepEqual(decide(policies), {
      verdict: 'stages',
      stages: [
        {
          rule: 'leads',
          line: 9,
          needed: 2,
          reasonOnDeny: true,
          groupId: 'lab-group-leads',
          groupName: 'leads',
        },
        {
          rule: 'large',
          line: 20,
          needed: 1,
          reasonOnDeny: false,
          groupId: 'lab-group-capacity',
          groupName: 'capacity',
        },
      ],
      expiresAfterMinutes: 30,
    });
  });

  it('ask for nothing more where one of them says auto, and for nothing less', () => {
    assert.deepEqual(names([auto, makePolicy()]), ['leads']);
    assert.deepEqual(decide([auto]), { verdict: 'auto', rules: [{ name: 'by-rule', line: 4 }] });
  });

  it('lesson S11: refuse what none of them names: auto is said, never silence', () => {
    const others = [
      makePolicy({ operations: ['vm.start'] }),
      makePolicy({ operations: ['host.*'] }),
    ];

    assert.deepEqual(decide([]), { verdict: 'no_policy' });
    assert.deepEqual(decide(others), { verdict: 'no_policy' });
  });
});

describe('a rule', () => {
  it('holds for an operation by its name or its noun', () => {
    const policies = ['vm.create', 'vm.*', 'vm.crea', 'vm.creates', '*', 'host.*'].map(
      (operation) => makePolicy({ name: operation, operations: [operation] }),
    );

    assert.deepEqual(names(policies), ['vm.create', 'vm.*']);
  });

  it('holds in its connections, clusters, folders and for the own things', () => {
    const policies = [
      makePolicy({ name: 'this vcenter', scope: { connections: ['vc'] } }),
      makePolicy({ name: 'that vcenter', scope: { connections: ['vc-2'] } }),
      makePolicy({ name: 'this cluster', scope: { clusters: ['prod'] } }),
      makePolicy({ name: 'that cluster', scope: { clusters: ['test'] } }),
      makePolicy({ name: 'folder above', scope: { folders: ['/prod'] } }),
      makePolicy({ name: 'folder of like name', scope: { folders: ['/pro', '/prod/we'] } }),
      makePolicy({ name: 'own', scope: { owner: 'self' } }),
      makePolicy({ name: 'part is not enough', scope: { clusters: ['prod'], folders: ['/test'] } }),
    ];

    const asOwner = names(policies);
    const asOther = names(policies, { scope: { ownerId: 'lab-bob' } });

    assert.deepEqual(asOwner, ['this vcenter', 'this cluster', 'folder above', 'own']);
    assert.deepEqual(asOther, ['this vcenter', 'this cluster', 'folder above']);
  });

  it('H09 that asks holds where its scope is not known, and one that says auto does not', () => {
    const scope = { clusters: ['prod'], folders: ['/prod'] };
    const asking = makePolicy({ scope });
    const saying = { ...auto, scope };

    for (const unknown of [{ clusterName: undefined }, { folderPath: undefined }]) {
      assert.deepEqual(names([asking, saying], { scope: unknown }), ['leads']);
      assert.deepEqual(names([saying], { scope: unknown }), ['no_policy']);
    }
    const elsewhere = { clusterName: undefined, folderPath: '/test' };
    assert.deepEqual(names([asking, saying], { scope: elsewhere }), ['no_policy']);
  });

  it('holds only for requesters who act by one of its roles', () => {
    const policies = [makePolicy({ requesterRoles: ['interns', 'guests'] }), auto];

    assert.deepEqual(names(policies, { roleNames: ['web-team'] }), ['auto']);
    assert.deepEqual(names(policies, { roleNames: ['web-team', 'guests'] }), ['leads']);
  });
});

describe('conditions of a rule', () => {
  it('are compared with the worst that the plan may take', () => {
    const whens = {
      'cpus over': { cpus: { moreThan: 3 } },
      'cpus at': { cpus: { moreThan: 4 } },
      'cpus within': { cpus: { atMost: 4 } },
      'cpus below': { cpus: { atMost: 3 } },
      'memory over': { memoryBytes: { moreThan: 16 * GIB - 1 } },
      'memory at': { memoryBytes: { moreThan: 16 * GIB } },
      'disk within': { diskBytes: { atMost: 100 * GIB } },
      'disk below': { diskBytes: { atMost: 100 * GIB - 1 } },
      'all of them': { cpus: { moreThan: 3, atMost: 4 }, diskBytes: { moreThan: 0 } },
      'one of them': { cpus: { moreThan: 3 }, diskBytes: { moreThan: 101 * GIB } },
    };
    const policies = Object.entries(whens).map(([name, when]) => makePolicy({ name, when }));

    const holding = names(policies);

    assert.deepEqual(holding, [
      'cpus over',
      'cpus within',
      'memory over',
      'disk within',
      'all of them',
    ]);
  });

  it('see the worst effect on any VM', () => {
    const policies = [
      makePolicy({ name: 'restart and worse', when: { effectAtLeast: 'restart' } }),
      makePolicy({ name: 'paused and worse', when: { effectAtLeast: 'paused' } }),
      makePolicy({ name: 'off and worse', when: { effectAtLeast: 'off' } }),
      makePolicy({ name: 'pause and better', when: { effectAtMost: 'pause' } }),
      makePolicy({ name: 'off and better', when: { effectAtMost: 'off' } }),
    ];
    const hold = (effects: Bounds['effects']) => names(policies, { bounds: { effects } });

    assert.deepEqual(hold({ a: 'none', b: 'off', c: 'pause' }), [
      'restart and worse',
      'paused and worse',
      'off and worse',
      'off and better',
    ]);
    for (const halted of ['paused', 'saved'] as const)
      assert.deepEqual(hold({ a: halted }), [
        'restart and worse',
        'paused and worse',
        'off and better',
      ]);
    assert.deepEqual(hold({ a: 'data_loss' }), [
      'restart and worse',
      'paused and worse',
      'off and worse',
    ]);
    assert.deepEqual(hold({}), ['pause and better', 'off and better']);
  });

  it('H09 ask where the plan does not name the size, and never say auto there', () => {
    const small = { cpus: { atMost: 4 }, memoryBytes: { atMost: 16 * GIB } };
    const asked = { operation: 'vm.delete', bounds: { atMost: { snapshots: 0 } } };

    assert.deepEqual(names([{ ...auto, when: small }], asked), ['no_policy']);
    assert.deepEqual(names([makePolicy({ when: small })], asked), ['leads']);
    assert.deepEqual(names([{ ...auto, when: small }]), ['auto']);
  });
});
