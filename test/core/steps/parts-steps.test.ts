/** The step kinds that change a VM's parts, on a lab's platform, killed at each of the loop's seams. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLab, type Lab } from '#adapters/simulator/simulator.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import type { Json } from '#core/plan/plan.ts';
import type { Connection } from '#core/ports/connection.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { GIB } from '../estate-makers.ts';
import { type Bench, dieAtSeam, openBench } from '../jobs/open-bench.ts';

const SEAMS = ['claimed', 'looked', 'sending', 'acted', 'started', 'followed', 'verified'];
const DATASTORE = 'CSV1';

interface Stage extends AsyncDisposable {
  readonly bench: Bench;
  readonly lab: Lab;
  readonly connection: Connection;
  /** What the steps are about. */
  readonly own: { readonly vm: Json; readonly name: string };
  readonly networks: ReadonlyMap<string, Json>;
  read(): Promise<{ disks: readonly Part[]; nics: readonly Part[] }>;
  run(key: string, input: object): Promise<void>;
  /** Names of what the platform was told, in order. */
  deeds(): string[];
}

type Part = Readonly<Record<string, unknown>>;

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
  const networks = new Map<string, Json>();
  let vm: { handle: string; identity: string } | undefined;
  await connection.estate.snapshot(async (page) => {
    for (const { kind, handle, identity = '', body } of page) {
      const ref = { connectionId: 'lab-hv', kind, handle, identity };
      if (kind === 'vm' && body.name === 'sql-01') vm = ref;
      if (kind === 'network') networks.set(body.name, ref);
    }
  }, AbortSignal.timeout(60_000));
  const { handle } = vm as unknown as { handle: string };
  return {
    ...{ bench, lab, connection, networks },
    own: { vm: vm as unknown as Json, name: 'sql-01' },
    async read() {
      const signal = AbortSignal.timeout(60_000);
      const seen = await connection.estate.read({ kind: 'vm', handle }, signal);
      assert.ok(seen?.kind === 'vm');
      return seen.body as unknown as Awaited<ReturnType<Stage['read']>>;
    },
    async run(key, input) {
      const wish = { kind: key, placement: undefined, input: input as Json };
      await bench.startJob({ steps: { [key]: wish } });
    },
    deeds: () => lab.history().map(({ deed }) => deed),
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]();
      await lab.close();
    },
  };
}

async function endOf({ bench }: Stage, key: string): Promise<string> {
  const { state, code } = await bench.step(`job-1/${key}`);
  return code ? `${state} ${code}` : state;
}

describe('the step add-disk', () => {
  for (const seam of SEAMS)
    it(`H13 killed at the seam “${seam}” adds one disk, by its token`, async () => {
      await using stage = await openStage();
      const { bench, own } = stage;
      await stage.run('add-disk', { ...own, sizeBytes: 40 * GIB });

      await bench.deliver(dieAtSeam(seam));
      await bench.deliverAll();

      const added = (await stage.read()).disks.slice(2);
      assert.deepEqual(
        added.map(({ sizeBytes, file }) => [sizeBytes, file]),
        [[40 * GIB, `C:\\ClusterStorage\\${DATASTORE}\\sql-01\\drover-job-1_add-disk.vhdx`]],
      );
      assert.equal(await endOf(stage, 'add-disk'), 'done');
      assert.deepEqual(stage.deeds(), ['addDisk']);
      assert.deepEqual(await bench.reservations(), []);
    });

  it('H13 whose answer was lost is done, with a warning, and is not sent again', async () => {
    await using stage = await openStage();
    stage.lab.faults.dropAnswer('addDisk', { when: 'after' });
    await stage.run('add-disk', { ...stage.own, sizeBytes: GIB });

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'add-disk'), 'done_with_warning answer_lost');
    assert.deepEqual(stage.deeds(), ['addDisk']);
  });

  it('H13 whose order may still be under way is looked for, then asked of a person, and never called undone', async () => {
    await using stage = await openStage();
    stage.lab.faults.dropAnswer('addDisk', { when: 'before' });
    await stage.run('add-disk', { ...stage.own, sizeBytes: GIB });

    await stage.bench.deliver();
    await stage.bench.deliver();
    const looking = await endOf(stage, 'add-disk');
    await stage.bench.deliverAll();

    assert.equal(looking, 'unknown no_answer');
    assert.equal(await endOf(stage, 'add-disk'), 'asking outcome_unknown');
    assert.deepEqual(stage.deeds(), []);
  });

  it('H13 has failed when the disk is smaller than wished, and says so', async () => {
    await using stage = await openStage();
    stage.lab.faults.succeedWithoutEffect('addDisk', 'disk');
    await stage.run('add-disk', { ...stage.own, sizeBytes: 40 * GIB });

    await stage.bench.deliverAll();

    const { facts } = await stage.bench.step('job-1/add-disk');
    assert.equal(await endOf(stage, 'add-disk'), 'failed success_without_effect');
    assert.deepEqual(facts?.differs, [`disk ${GIB} ${40 * GIB}`]);
  });

  it('has failed in the platform’s words when it said no', async () => {
    await using stage = await openStage();
    stage.lab.faults.refuse('addDisk', 'not_enough_space');
    await stage.run('add-disk', { ...stage.own, sizeBytes: GIB });

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'add-disk'), 'failed not_enough_space');
  });

  it('H02 sends nothing to another VM under the handle', async () => {
    await using stage = await openStage();
    const vm = { ...(stage.own.vm as object), identity: 'somebody-else' };
    await stage.run('add-disk', { ...stage.own, vm, sizeBytes: GIB });

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'add-disk'), 'failed not_the_vm_approved');
    assert.deepEqual(stage.deeds(), []);
  });
});

describe('the step set-nic', () => {
  const wish = (stage: Stage) => ({
    ...{ ...stage.own, nic: 'nic-0', label: 'Network adapter 1' },
    ...{ network: stage.networks.get('Management'), networkName: 'Management' },
    ...{ vlan: 120, vmqWeight: 50 },
  });

  for (const seam of SEAMS)
    it(`H13 killed at the seam “${seam}” ends with the adapter as wished`, async () => {
      await using stage = await openStage();
      await stage.run('set-nic', wish(stage));

      await stage.bench.deliver(dieAtSeam(seam));
      await stage.bench.deliverAll();

      const [{ networkName, vlan, vmqWeight, connected } = {}] = (await stage.read()).nics;
      assert.deepEqual([networkName, vlan, vmqWeight, connected], ['Management', 120, 50, true]);
      assert.equal(await endOf(stage, 'set-nic'), 'done');
      assert.deepEqual(stage.deeds(), ['setNic']);
    });

  it('takes it off its network, and a lost answer is a warning', async () => {
    await using stage = await openStage();
    stage.lab.faults.dropAnswer('setNic', { when: 'after' });
    const { vlan: _, vmqWeight: __, ...off } = { ...wish(stage), network: null, networkName: '' };
    await stage.run('set-nic', off);

    await stage.bench.deliverAll();

    const [nic] = (await stage.read()).nics;
    assert.deepEqual([nic?.connected, nic?.vlan, nic?.vmqWeight], [false, 0, 100]);
    assert.equal(await endOf(stage, 'set-nic'), 'done_with_warning answer_lost');
    assert.deepEqual(stage.deeds(), ['setNic']);
  });

  it('H13 has failed when a part of the wish is not there, each named', async () => {
    await using stage = await openStage();
    stage.lab.faults.succeedWithoutEffect('setNic', 'network');
    await stage.run('set-nic', wish(stage));

    await stage.bench.deliverAll();

    const { facts } = await stage.bench.step('job-1/set-nic');
    assert.equal(await endOf(stage, 'set-nic'), 'failed success_without_effect');
    assert.match(String(facts?.differs), /^network network-\d+ network-\d+$/);
  });

  it('H17 sends nothing for an adapter that is gone by then', async () => {
    await using stage = await openStage();
    await stage.run('set-nic', { ...wish(stage), nic: 'nic-9' });

    await stage.bench.deliverAll();

    assert.equal(await endOf(stage, 'set-nic'), 'failed parts_changed');
    assert.deepEqual(stage.deeds(), []);
  });
});

describe('the step detach-disks for one disk', () => {
  const FILE = `C:\\ClusterStorage\\${DATASTORE}\\sql-01\\sql-01_1.vhdx`;
  const wish = ({ own }: Stage, file = FILE) => ({
    ...{ ...own, keys: ['scsi-0-1'], disks: [`disk scsi-0-1 ${file}`] },
  });

  for (const seam of SEAMS)
    it(`H13 killed at the seam “${seam}” takes it off once, and its file stays`, async () => {
      await using stage = await openStage();
      await stage.run('detach-disks', wish(stage));

      await stage.bench.deliver(dieAtSeam(seam));
      await stage.bench.deliverAll();

      assert.equal((await stage.read()).disks.length, 1);
      assert.equal(await endOf(stage, 'detach-disks'), 'done');
      assert.deepEqual(stage.deeds(), ['detachDisks']);
      assert.deepEqual(
        stage.lab.keptFiles('lab-hv').map(({ file }) => file),
        [FILE],
      );
    });

  it('H19 leaves alone another file under the key that was approved', async () => {
    await using stage = await openStage();
    await stage.run('detach-disks', wish(stage, 'C:\\elsewhere.vhdx'));

    await stage.bench.deliverAll();

    const { facts } = await stage.bench.step('job-1/detach-disks');
    assert.equal(await endOf(stage, 'detach-disks'), 'failed parts_changed');
    assert.deepEqual(facts?.disks, [`disk scsi-0-1 ${FILE}`]);
    assert.deepEqual(stage.deeds(), []);
  });
});
