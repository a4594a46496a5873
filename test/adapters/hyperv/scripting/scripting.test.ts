/** A shown script is run as it is shown, and leaves the hosts as Drover's own deed does. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createClock } from '#adapters/machine/clock.ts';
import type { Observed } from '#core/inventory/estate-object.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import type { PlannedStep } from '#core/plan/plan.ts';
import type { Call, Connection, HostScript } from '#core/ports/connection.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { writeScript } from '#core/steps/write-script.ts';
import { createAnswer } from '#test/fakes/hyperv/answer.ts';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { createOrderedFaults } from '#test/fakes/hyperv/world/faults.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type OpenedHyperv, openHyperv } from '../open-hyperv.ts';
import { HOSTILE_WORDS } from '../scripts/hostile-words.ts';

const signal = AbortSignal.timeout(600_000);

describe('a script that is shown', needsPeer('powershell', 'openssl'), () => {
  let pwsh: KeptPwsh;
  before(async () => {
    pwsh = await startKeptPwsh('2022');
  });
  after(() => pwsh[Symbol.asyncDispose]());

  const open = () => openHyperv({ pwsh, estate: 'single', config: { fastSeconds: 60 } });

  /** As an operator pastes it on the host. */
  const paste = (world: World, { text }: HostScript) =>
    pwsh.run({
      ...{ script: text, input: '', culture: 'de-DE' },
      drives: { C: world.files.driveOf('hv-1', 'C') },
      answer: createAnswer(world, 'hv-1', createOrderedFaults()),
    });

  const deeds: readonly (readonly [string, (parts: Parts) => readonly PlannedStep[]])[] = [
    ['makes a VM and starts it', (parts) => toCreateSteps(parts, 'web-07')],
    ['starts a VM', ({ vm }) => [toVmStep('start-vm', vm('db-01'))]],
    ['powers a VM off', ({ vm }) => [toVmStep('stop-vm', vm('web-01'))]],
    ['asks a guest to shut down', ({ vm }) => [toVmStep('shutdown-vm', vm('web-01'))]],
    ['deletes a VM with its disks', ({ vm }) => toDeleteSteps(vm('db-01'), 0)],
    [
      'takes off the disks that are kept, and deletes the rest',
      ({ vm }) => toDeleteSteps(vm('db-01'), 1),
    ],
  ];
  for (const [what, toSteps] of deeds)
    it(`${what}, as the deed does, and sends nothing itself`, async () => {
      const token = `shown-${what.replaceAll(/\W/g, '-')}`;
      await using byHand = await open();
      await using byDrover = await open();
      const parts = await readParts(byHand.connection);
      const steps = toSteps(parts);

      const [script] = await write(byHand, steps, token);
      assert.deepEqual(byHand.site.journal, []);
      assert.ok(script);
      const { errors } = await paste(byHand.site.world, script);
      await carryOut(byDrover.connection, toSteps(await readParts(byDrover.connection)), token);

      assert.deepEqual(errors, []);
      assert.ok(byDrover.site.journal.length > 0);
      assert.deepEqual(toEffect(byHand.site.world), toEffect(byDrover.site.world));
    });

  it('sets an adapter and adds a disk, as the deed does', async () => {
    await using byHand = await open();
    await using byDrover = await open();
    const change = async (connection: Connection) => {
      const { vm, refTo } = await readParts(connection);
      const { hardware } = connection;
      const target = vm('db-01');
      const key = target.seen.body.nics[0]?.key ?? '';
      const wish = { network: refTo('network', 'vSwitch'), vlan: 42, vmqWeight: 7 };
      await hardware?.setNic(target.ref, key, wish, toCall('shown-nic/a'));
      await hardware?.addDisk(target.ref, 2 ** 30, toCall('shown-disk/a'));
    };
    const draft = byHand.connection.scripting?.begin();
    assert.ok(draft);

    await change(draft.connection);
    const [script] = draft.end();
    assert.deepEqual(byHand.site.journal, []);
    assert.ok(script);
    const { errors } = await paste(byHand.site.world, script);
    await change(byDrover.connection);

    assert.deepEqual(errors, []);
    assert.deepEqual(toEffect(byHand.site.world), toEffect(byDrover.site.world));
  });

  it('moves a VM and pauses a node, as the deed does', async () => {
    const openCluster = () => openHyperv({ pwsh, config: { fastSeconds: 60, templates: [] } });
    await using byHand = await openCluster();
    await using byDrover = await openCluster();
    const change = async ({ migration, maintenance }: Connection, { refTo }: Parts) => {
      const host = refTo('host', 'NODE-1');
      const wish = { way: 'quick', host } as const;
      const call = toCall('shown-move/a');
      const task = await migration?.move(refTo('vm', 'web-02'), wish, call);
      if (task) await byDrover.connection.tasks?.follow(task, call);
      await maintenance?.mark(refTo('host', 'NODE-2'), { drain: false }, toCall('shown-mark/a'));
    };
    const draft = byHand.connection.scripting?.begin();
    assert.ok(draft);

    await change(draft.connection, await readParts(byHand.connection));
    const [script, ...others] = draft.end();
    assert.deepEqual([byHand.site.journal, others], [[], []]);
    assert.ok(script);
    const { world } = byHand.site;
    const { errors } = await pwsh.run({
      ...{ script: script.text, input: '', culture: 'de-DE' },
      drives: { C: world.files.driveOf('node-2', 'C') },
      answer: createAnswer(world, 'node-2', createOrderedFaults()),
    });
    await change(byDrover.connection, await readParts(byDrover.connection));

    assert.deepEqual(errors, []);
    const nodesOf = ({ site }: OpenedHyperv) => site.world.clusterOf('node-1')?.nodes;
    assert.deepEqual(
      nodesOf(byHand)?.map(({ state }) => state),
      ['Up', 'Paused'],
    );
    assert.deepEqual(nodesOf(byHand), nodesOf(byDrover));
    assert.deepEqual(toEffect(world), toEffect(byDrover.site.world));
  });

  it('H35 has names as data, letter by letter, and runs nothing of them', async () => {
    await using opened = await open();
    const parts = await readParts(opened.connection);
    const draft = opened.connection.scripting?.begin();
    for (const [at, name] of HOSTILE_WORDS.entries()) {
      const request = toCloneRequest(parts, name);
      await draft?.connection.provisioning?.clone(request, toCall(`shown-hostile-${at}/a`));
    }
    const [script] = draft?.end() ?? [];
    assert.ok(script);

    const { errors } = await paste(opened.site.world, script);

    assert.deepEqual(errors, []);
    assert.match(script.text, /^[\n\x20-\x7e]*$/);
    const names = opened.site.world.vms.map(({ name }) => name);
    assert.deepEqual(names.slice(-HOSTILE_WORDS.length), HOSTILE_WORDS);
  });

  it('ends at the first step that fails, and says why', async () => {
    await using opened = await open();
    const parts = await readParts(opened.connection);
    const [script] = await write(opened, toCreateSteps(parts, 'web-09'), 'shown-taken');
    assert.ok(script);
    const { world } = opened.site;
    world.addVm('hv-1', 'web-09');

    const { errors, cmdlets } = await paste(world, script);

    assert.match(errors.map(({ message }) => message).join(), /DroverNameTaken/);
    assert.ok(!cmdlets.includes('Start-VM') && !cmdlets.includes('New-VM'));
  });

  it('run a second time finds what the first run made', async () => {
    await using opened = await open();
    const parts = await readParts(opened.connection);
    const [script] = await write(opened, toCreateSteps(parts, 'web-10').slice(0, 1), 'shown-twice');
    assert.ok(script);

    await paste(opened.site.world, script);
    const { errors } = await paste(opened.site.world, script);

    assert.deepEqual(errors, []);
    const made = opened.site.world.vms.filter(({ name }) => name === 'web-10');
    assert.equal(made.length, 1);
  });

  it('has neither account nor password, nor the image that sets a guest up', async () => {
    await using opened = await openHyperv({
      ...{ pwsh, estate: 'single', readFile: () => '#cloud-config\npassword: {{name}}-s3cret\n' },
      config: {
        templates: [
          {
            ...{ name: 'win2022', file: 'C:\\templates\\win2022.vhdx' },
            setUp: { kind: 'cloud-init', userData: 'user.yaml' },
          },
        ],
      },
    });
    const parts = await readParts(opened.connection);

    const [script] = await write(opened, toCreateSteps(parts, 'web-11'), 'shown-secret');

    assert.ok(script);
    assert.deepEqual(script.leftOut, ['SetUpImage']);
    const { user, password } = opened.site;
    const secret = Buffer.from('s3cret').toString('base64').slice(0, 6);
    for (const word of [user, user.split('\\')[1] ?? '', password, 's3cret', secret])
      assert.ok(!script.text.includes(word), word);
    const { errors } = await paste(opened.site.world, script);
    assert.deepEqual(errors, []);
    const folder = join(opened.site.world.files.driveOf('hv-1', 'C'), 'VMs');
    assert.ok(existsSync(join(folder, 'shown-secret_clone-vm', 'disk0.vhdx')));
    assert.ok(!existsSync(join(folder, 'shown-secret_clone-vm', 'setup.iso')));
  });
});

interface SeenVm {
  readonly seen: Observed & { readonly kind: 'vm' };
  readonly ref: ReturnType<Parts['refTo']>;
  readonly name: string;
}

interface Parts {
  readonly refTo: (
    kind: Observed['kind'],
    name: string,
  ) => { connectionId: string; kind: Observed['kind']; handle: string; identity: string };
  readonly vm: (name: string) => SeenVm;
}

async function readParts(connection: Connection): Promise<Parts> {
  const all: Observed[] = [];
  await connection.estate.snapshot(async (page) => void all.push(...page), signal);
  const find = (kind: Observed['kind'], name: string) => {
    const found = all.find((it) => it.kind === kind && it.body.name === name);
    assert.ok(found, `${kind} ${name}`);
    return found;
  };
  const refTo: Parts['refTo'] = (kind, name) => {
    const { handle, identity = '' } = find(kind, name);
    return { connectionId: connection.id, kind, handle, identity };
  };
  const vm = (name: string): SeenVm => {
    const seen = find('vm', name);
    assert.ok(seen.kind === 'vm');
    return { seen, ref: refTo('vm', name), name };
  };
  return { refTo, vm };
}

function toCloneRequest({ refTo }: Parts, name: string) {
  return {
    ...{ name, template: refTo('template', 'win2022'), folder: refTo('folder', '/') },
    ...{ cpus: 2, memoryBytes: 2 ** 31, diskBytes: 2 ** 36 },
    ...{ host: refTo('host', 'HV-1'), datastore: refTo('datastore', 'HV-1 C:') },
    network: refTo('network', 'vSwitch'),
  };
}

const step = (kind: string, input: object): PlannedStep => ({
  ...{ key: kind, kind, version: 1, after: [] },
  input: input as PlannedStep['input'],
});

function toCreateSteps(parts: Parts, name: string): readonly PlannedStep[] {
  const connectionId = 'hv';
  return [
    step('clone-vm', { connectionId, ...toCloneRequest(parts, name) }),
    step('start-made-vm', { connectionId, name, madeBy: 'clone-vm' }),
  ];
}

const toVmStep = (kind: string, { ref, name }: SeenVm) => step(kind, { vm: ref, name });

function toDeleteSteps({ seen, ref, name }: SeenVm, kept: number): readonly PlannedStep[] {
  const { disks } = seen.body;
  const keys = disks.slice(0, kept).map(({ key }) => key);
  const rest = disks.slice(kept).map(({ key, file }) => `disk ${key} ${file}`);
  const remove = step('delete-vm', { vm: ref, name, disks: rest });
  return kept === 0 ? [remove] : [step('detach-disks', { vm: ref, name, keys }), remove];
}

async function write({ connection }: OpenedHyperv, steps: readonly PlannedStep[], token: string) {
  const { scripting } = connection;
  assert.ok(scripting);
  return writeScript({ scripting, plan: { steps }, clock: createClock(), token, signal });
}

const toCall = (stepToken: string): Call => ({ stepToken, signal, onProgress: () => undefined });

async function carryOut(connection: Connection, steps: readonly PlannedStep[], token: string) {
  const world = { changeable: async () => connection } as unknown as StepWorld;
  const kinds = createStepKinds(listStepKinds(world, createClock()));
  for (const { kind, key, input } of steps) {
    const { task } = (await kinds.find(kind, 1)?.act(input, toCall(`${token}/${key}`))) ?? {};
    if (task?.startsWith('run:')) await connection.tasks?.follow(task, toCall('x/y'));
  }
}

/** All that a script may change; the model's clock runs on by itself. */
function toEffect({ vms, files }: World) {
  const disks = vms.flatMap((vm) => vm.disks.map(({ path }) => files.read(vm.host, path)));
  const kept = ['system', 'data'].map((name) =>
    files.exists('hv-1', `C:\\VMs\\db-01-hv-1\\${name}.vhdx`),
  );
  const shown = vms.map(({ createdAt: _made, startedAt: _started, ...vm }) => vm);
  return { vms: shown, disks, kept };
}
