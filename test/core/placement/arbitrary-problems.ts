/** Small, tight problems of moves: few hosts, little room, rules that cross each other. */
import fc from 'fast-check';
import type {
  MoveProblem,
  ProblemHost,
  ProblemRule,
  ProblemVm,
} from '#core/placement/move-problem.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import { GIB } from '../estate-makers.ts';

export interface ProblemSizes {
  readonly hosts: number;
  readonly vms: number;
  readonly rules: number;
}

const NAMES = ['a', 'b', 'c'];

export function arbitraryProblem({ hosts, vms, rules }: ProblemSizes): fc.Arbitrary<MoveProblem> {
  return fc.integer({ min: 2, max: hosts }).chain((count) =>
    fc
      .record({
        hosts: fc.array(arbitraryHost, { minLength: count, maxLength: count }),
        vms: fc.array(arbitraryVm(count), { minLength: 1, maxLength: vms }),
        others: fc.array(fc.nat(count - 1), { maxLength: 2 }),
        rules: fc.array(arbitraryRule(vms), { maxLength: rules }),
        goals: fc.oneof(
          arbitraryGoal.map((goal) => Array.from({ length: count }, () => goal)),
          fc.array(arbitraryGoal, { minLength: count, maxLength: count }),
        ),
      })
      .map(toProblem),
  );
}

const arbitraryGoal = fc.constantFrom('balance' as const, 'consolidate' as const);

const arbitraryHost = fc.record({
  name: fc.constantFrom(...NAMES),
  freeGib: fc.integer({ min: -1, max: 9 }),
  cpu: fc.option(fc.nat(12), { nil: undefined, freq: 4 }),
});

const arbitraryVm = (hosts: number) =>
  fc.record({
    name: fc.constantFrom(...NAMES),
    host: fc.nat(hosts - 1),
    priority: fc.integer({ min: 1, max: 3 }),
    gib: fc.integer({ min: 1, max: 6 }),
    cpu: fc.nat(3),
    moveMs: fc.constantFrom(1000, 2000),
    candidates: fc.oneof(
      { weight: 3, arbitrary: fc.constant(Array.from({ length: hosts }, (_, at) => at)) },
      fc.subarray(Array.from({ length: hosts }, (_, at) => at)),
    ),
    mustLeave: fc.boolean(),
  });

const arbitraryRule = (vms: number) =>
  fc.record({
    name: fc.constantFrom(...NAMES),
    kind: fc.constantFrom('together' as const, 'apart' as const),
    isMandatory: fc.boolean(),
    vmIds: fc.uniqueArray(
      fc.constantFrom(...Array.from({ length: vms }, (_, at) => `vm-${at}`), 'other-0', 'other-1'),
      {
        minLength: 2,
        maxLength: 3,
      },
    ),
  });

interface Drawn {
  readonly hosts: readonly { name: string; freeGib: number; cpu: number | undefined }[];
  readonly vms: readonly (Pick<
    ProblemVm,
    'name' | 'priority' | 'moveMs' | 'candidates' | 'mustLeave'
  > & {
    host: number;
    gib: number;
    cpu: number;
  })[];
  readonly others: readonly number[];
  readonly rules: readonly ProblemRule[];
  /** Of each host's group. */
  readonly goals: readonly ProblemHost['goal'][];
}

/** Each host holds its VMs and has so much free beside its reserve; less than nothing where it is over it. */
function toProblem({ hosts, vms, others, rules, goals }: Drawn): MoveProblem {
  const held = hosts.map((_, at) =>
    vms.reduce((sum, { host, gib }) => sum + (host === at ? gib : 0), 0),
  );
  const toHost = ({ name, freeGib, cpu }: Drawn['hosts'][number], at: number): ProblemHost => ({
    ...{ id: `host-${at}`, name, cpuCores: 16, cpuUsedCores: cpu, memoryBytes: 40 * GIB },
    memoryUsedBytes: Math.max(held[at] ?? 0, 36 - freeGib) * GIB,
    goal: goals[at] ?? 'balance',
  });
  return {
    hosts: hosts.map(toHost),
    vms: vms.map(({ host, gib, cpu, ...vm }, at) => ({
      ...{ ...vm, id: `vm-${at}`, hostId: `host-${host}`, memoryBytes: gib * GIB, cpuCores: cpu },
    })),
    others: new Map(others.map((host, at) => [`other-${at}`, `host-${host}`])),
    ...{ rules, reserves: PLACEMENT_RULES },
  };
}
