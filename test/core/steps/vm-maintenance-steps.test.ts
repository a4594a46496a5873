/** The steps of a VM's maintenance on a lab's platform, killed at every edge: what it was is known before anything is changed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLab, type Lab } from '#adapters/simulator/simulator.ts';
import type { Observed } from '#core/inventory/estate-object.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import { toChain } from '#core/operations/vm-maintenance-parts.ts';
import type { Json } from '#core/plan/plan.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { VmMaintenance } from '#core/ports/vm-maintenance.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import {
  type Bench,
  dieAtCommit,
  dieAtSeam,
  openBench,
  type StepWish,
} from '../jobs/open-bench.ts';

const VM_ID = 'id-of-sql-01';
/** Each seam as often as it is come to: two of the three steps are sent. */
const EDGES = [
  ...['claimed', 'looked', 'verified'].flatMap((seam) => [1, 2, 3].map((nth) => ({ seam, nth }))),
  ...['sending', 'acted', 'started', 'followed'].flatMap((seam) =>
    [1, 2].map((nth) => ({ seam, nth })),
  ),
];

type VmBody = Extract<Observed, { kind: 'vm' }>['body'];

interface Stage extends AsyncDisposable {
  readonly bench: Bench;
  readonly lab: Lab;
  readonly handle: string;
  readonly own: { readonly vm: Json; readonly name: string };
  readonly networks: ReadonlyMap<string, { handle: string } & Readonly<Record<string, Json>>>;
  read(): Promise<VmBody>;
  kept(): Promise<VmMaintenance | undefined>;
  deeds(): string[];
  enter(): Promise<void>;
  exit(): Promise<void>;
}

async function openStage(): Promise<Stage> {
  const bench = await openBench();
  const lab = createLab({ file: ':memory:', speed: 0 });
  const connection = lab.connections.find(({ id }) => id === 'lab-hv') as Connection;
  const world: StepWorld = {
    changeable: async () => connection,
    record: async () => undefined,
    recordGone: async () => undefined,
    chooseOtherHost: async () => undefined,
  };
  Object.assign(bench.loop, { kinds: createStepKinds(listStepKinds(world, bench.clock)) });
  const networks = new Map<string, { handle: string } & Readonly<Record<string, Json>>>();
  let vm: ({ handle: string } & Readonly<Record<string, Json>>) | undefined;
  await connection.estate.snapshot(async (page) => {
    for (const { kind, handle, identity = '', body } of page) {
      const ref = { connectionId: 'lab-hv', kind, handle, identity };
      if (kind === 'vm' && body.name === 'sql-01') vm = ref;
      if (kind === 'network') networks.set(body.name, ref);
    }
  }, AbortSignal.timeout(60_000));
  assert.ok(vm);
  const { handle } = vm;
  const own = { vm, name: 'sql-01' };
  lab.faults.changeByOthers('lab-hv', (console) => console.setPower('sql-01', 'on'));
  const run = async (steps: readonly { key: string; input: object }[]) => {
    const chain = toChain(
      steps.map(({ key, input }) => ({ key, kind: key, version: 1, input: input as Json })),
    );
    const wishes = chain.map(({ key, kind, input, after }): [string, StepWish] => [
      key,
      { kind, input, after, placement: undefined },
    ]);
    await bench.startJob({ steps: Object.fromEntries(wishes) });
  };
  const nic = { ...own, nic: 'nic-0', label: 'Network adapter 1' };
  return {
    ...{ bench, lab, handle, networks, own },
    async read() {
      const signal = AbortSignal.timeout(60_000);
      const seen = await connection.estate.read({ kind: 'vm', handle }, signal);
      assert.ok(seen?.kind === 'vm');
      return seen.body;
    },
    async kept() {
      const [row] = await bench.store.read((reads) => reads.vmMaintenance.list([VM_ID]));
      return row;
    },
    deeds: () => lab.history().map(({ deed }) => deed),
    enter: () =>
      run([
        { key: 'remember-vm', input: { ...own, vmId: VM_ID, isOffNetwork: true, isSaved: true } },
        {
          key: 'set-nic',
          input: {
            ...{ ...nic, network: null, networkName: '' },
            expects: networks.get('Converged')?.handle,
          },
        },
        { key: 'save-vm', input: own },
      ]),
    exit: () =>
      run([
        { key: 'start-vm', input: own },
        {
          key: 'set-nic',
          input: {
            ...{ ...nic, network: networks.get('Converged'), networkName: 'Converged' },
            expects: 'none',
          },
        },
        { key: 'forget-vm', input: { ...own, vmId: VM_ID, left: [] } },
      ]),
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]();
      await lab.close();
    },
  };
}

const endOf = async ({ bench }: Stage, id: string) => {
  const { state, code } = await bench.step(id);
  return code ? `${state} ${code}` : state;
};

/** What was changed is known as it was; what is known may still stand. */
async function assertKnown(stage: Stage, before: VmBody): Promise<void> {
  const now = await stage.read();
  const isChanged = now.power !== before.power || now.nics[0]?.connected !== true;
  const kept = await stage.kept();
  if (isChanged) assert.ok(kept, 'changed, and nobody knows what it was');
  if (!kept) return;
  assert.equal(kept.was.power, 'on');
  assert.equal(kept.was.nics[0]?.isOff, false);
  assert.equal(kept.was.nics[0]?.networkName, before.nics[0]?.networkName);
}

describe('the way into a maintenance', () => {
  for (const { seam, nth } of EDGES)
    it(`H13 killed at the ${nth}. seam “${seam}” knows what the VM was, and orders nothing twice`, async () => {
      await using stage = await openStage();
      const before = await stage.read();
      await stage.enter();

      await stage.bench.deliver(dieAtSeam(seam, nth));
      await assertKnown(stage, before);
      await stage.bench.deliverAll();

      await assertKnown(stage, before);
      const { power, nics } = await stage.read();
      assert.deepEqual([power, nics[0]?.connected], ['suspended', false]);
      assert.deepEqual(stage.deeds(), ['setNic', 'save']);
    });

  for (const edge of ['before', 'after'] as const)
    it(`H13 killed ${edge} any of its commits knows what the VM was`, async () => {
      for (let nth = 1; ; nth += 1) {
        await using stage = await openStage();
        const before = await stage.read();
        await stage.enter();
        const dying = dieAtCommit(stage.bench.store, edge, nth);

        await stage.bench.deliver({ store: dying.store });
        await assertKnown(stage, before);
        const isOver = dying.isOver();
        await stage.bench.deliverAll();

        assert.deepEqual(stage.deeds(), ['setNic', 'save']);
        assert.equal((await stage.kept())?.was.nics[0]?.networkName, 'Converged');
        if (isOver) return;
        assert.ok(nth < 40, 'it never ends');
      }
    });

  it('remembers nothing of a VM that is gone', async () => {
    await using stage = await openStage();
    stage.lab.faults.changeByOthers('lab-hv', (console) => console.deleteVm('sql-01'));
    await stage.enter();

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'job-1/remember-vm'), 'failed not_found');
    assert.equal(await stage.kept(), undefined);
    assert.deepEqual(stage.deeds(), []);
  });

  it('H09 changes nothing of a VM whose state is not known: it could not be brought back', async () => {
    await using stage = await openStage();
    stage.lab.faults.changeByOthers('lab-hv', (console) =>
      console.editVm('sql-01', { power: 'unknown', platformState: 'SomethingNew' }),
    );
    await stage.enter();

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'job-1/remember-vm'), 'asking outcome_unknown');
    assert.equal(await stage.kept(), undefined);
    assert.deepEqual(stage.deeds(), []);
  });

  it('H17 leaves an adapter that somebody else has put elsewhere right before', async () => {
    await using stage = await openStage();
    await stage.enter();
    const there = stage.networks.get('Management');
    const [nic] = (await stage.read()).nics;
    assert.ok(nic && there);
    const moved = { ...nic, networkHandle: there.handle, networkName: 'Management' };

    const seam = (name: string) => {
      if (name === 'sending')
        stage.lab.faults.changeByOthers('lab-hv', (console) =>
          console.editVm('sql-01', { nics: [moved] }),
        );
    };
    await stage.bench.deliverAll({ seam });

    assert.equal(await endOf(stage, 'job-1/set-nic'), 'failed nic_changed');
    assert.deepEqual(stage.deeds(), []);
    assert.equal((await stage.read()).nics[0]?.networkName, 'Management');
  });
});

describe('the way out of a maintenance', () => {
  for (const { seam, nth } of EDGES)
    it(`H13 killed at the ${nth}. seam “${seam}” brings it back once, and forgets it last`, async () => {
      await using stage = await openStage();
      const { nics, power } = await stage.read();
      await stage.enter();
      await stage.bench.deliverAll();
      await stage.exit();

      await stage.bench.deliver(dieAtSeam(seam, nth));
      const cut = await stage.read();
      const isBack = cut.power === 'on' && cut.nics[0]?.connected === true;
      assert.ok(isBack || (await stage.kept()), 'not back, and forgotten');
      await stage.bench.deliverAll();

      const now = await stage.read();
      assert.deepEqual([now.power, now.nics], [power, nics]);
      assert.equal(await stage.kept(), undefined);
      assert.deepEqual(stage.deeds(), ['setNic', 'save', 'start', 'setNic']);
    });

  it('forgets nothing when the platform refuses a part of it', async () => {
    await using stage = await openStage();
    await stage.enter();
    await stage.bench.deliverAll();
    stage.lab.faults.refuse('setNic', 'network_unavailable');
    await stage.exit();

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'job-2/set-nic'), 'failed network_unavailable');
    assert.equal((await stage.kept())?.was.nics[0]?.networkName, 'Converged');
  });
});
