/** Plans carried out on a twin: turns, permits, questions, faults, and that nothing of it is real. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTwin } from '#adapters/simulator/twin.ts';
import type { ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import type { Json, PlannedStep } from '#core/plan/plan.ts';
import type { Rehearsal } from '#core/plan/rehearsal.ts';
import { rehearse, toTwinToken } from '#core/rehearsal/rehearse.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { openTestLab, readAll, type TestLab } from '#test/adapters/simulator/open-lab.ts';

interface Wish {
  readonly steps: readonly PlannedStep[];
  readonly durations?: Readonly<Record<string, number>>;
  readonly capacityOf?: (key: string) => number | undefined;
  /** What stands on the twin, of what the lab shows. */
  readonly observed?: (all: readonly Observed[]) => readonly Observed[];
}

async function rehearseOn({ vc }: TestLab, wish: Wish): Promise<Rehearsal> {
  const { steps, durations = {}, capacityOf = () => undefined, observed = (all) => all } = wish;
  const byToken = new Map(Object.entries(durations).map(([key, ms]) => [toTwinToken(key), ms]));
  const objects = observed(await readAll(vc));
  const twin = openTwin({
    estates: [{ id: vc.id, kind: vc.kind, objects }],
    durationOf: (token) => byToken.get(token),
  });
  try {
    const kinds = createStepKinds(listStepKinds(toWorld(twin.connections), twin.clock));
    const signal = AbortSignal.timeout(60_000);
    return await rehearse({ steps, kinds, capacityOf, twin, signal });
  } finally {
    await twin.close();
  }
}

function toWorld(connections: Awaited<ReturnType<typeof openTwin>>['connections']): StepWorld {
  const never = () => Promise.reject(new Error('nothing is written'));
  return {
    changeable: async (id) => connections.get(id) ?? Promise.reject(new Error(id)),
    ...{ record: never, recordGone: never, chooseOtherHost: never },
  };
}

async function toMove(test: TestLab, name: string, to: string, after: readonly string[] = []) {
  const [vm, from, host] = await Promise.all([
    test.ref('vm', name),
    test.ref('host', 'esx-03'),
    test.ref('host', to),
  ]);
  const input = { vm, name, way: 'live', from, fromName: 'esx-03', host, hostName: to };
  return toStep('move-vm-away', name, input, { after });
}

function toStep(
  kind: string,
  key: string,
  input: object,
  rest: Partial<PlannedStep> = {},
): PlannedStep {
  return { key, kind, version: 1, input: input as unknown as Json, after: [], ...rest };
}

const spans = ({ steps }: Rehearsal) =>
  steps.map(({ key, fromMs, toMs, outcome }) => `${key} ${fromMs}-${toMs} ${outcome}`);

const toHostInput = (host: ObjectRef, name: string) => ({ host, hostId: 'id', name });

async function toSecondTry(test: TestLab, name: string): Promise<PlannedStep> {
  const { input } = await toMove(test, name, 'esx-01');
  const rest = { after: [name], begins: 'when_failed' } as const;
  return toStep('move-vm-again', `again-${name}`, input as object, rest);
}

/** web-01, web-02 and web-03 on esx-03, ready to go. */
function openReady(): TestLab {
  const test = openTestLab();
  test.lab.faults.changeByOthers(test.vc.id, (console) => {
    for (const name of ['web-01', 'web-02', 'web-03']) console.moveVm(name, { host: 'esx-03' });
  });
  return test;
}

describe('a rehearsal', () => {
  it('says when each step begins and ends, by its turn and the durations that are known', async () => {
    await using test = openReady();
    const steps = [
      await toMove(test, 'web-01', 'esx-02'),
      await toMove(test, 'web-02', 'esx-02', ['web-01']),
    ];

    const rehearsal = await rehearseOn(test, {
      steps,
      durations: { 'web-01': 30_000, 'web-02': 12_000 },
    });

    assert.deepEqual(spans(rehearsal), ['web-01 0-30000 done', 'web-02 30000-42000 done']);
    assert.equal(rehearsal.finishMs, 42_000);
  });

  it('lets no more begin at once than the permits allow', async () => {
    await using test = openReady();
    const steps = [await toMove(test, 'web-01', 'esx-02'), await toMove(test, 'web-02', 'esx-02')];
    const durations = { 'web-01': 10_000, 'web-02': 10_000 };

    const free = await rehearseOn(test, { steps, durations });
    const one = await rehearseOn(test, {
      ...{ steps, durations },
      capacityOf: (key) => (key.startsWith('moves:') ? 1 : undefined),
    });

    assert.equal(free.finishMs, 10_000);
    assert.deepEqual(spans(one), ['web-01 0-10000 done', 'web-02 10000-20000 done']);
  });

  it('counts what runs against the permits when something else has ended', async () => {
    await using test = openReady();
    const [first, second, other] = [
      await toMove(test, 'web-01', 'esx-02'),
      await toMove(test, 'web-02', 'esx-02'),
      await toMove(test, 'web-03', 'esx-01'),
    ];
    const { handle } = await test.ref('host', 'esx-02');

    const rehearsal = await rehearseOn(test, {
      steps: [first, second, other],
      durations: { 'web-01': 10_000, 'web-02': 10_000, 'web-03': 5000 },
      capacityOf: (key) => (key === `moves:lab-vc/${handle}` ? 1 : undefined),
    });

    assert.deepEqual(spans(rehearsal), [
      'web-03 0-5000 done',
      'web-01 0-10000 done',
      'web-02 10000-20000 done',
    ]);
  });

  it('takes a deed of which nothing was measured to last as the lab has it', async () => {
    await using test = openReady();
    const rehearsal = await rehearseOn(test, { steps: [await toMove(test, 'web-01', 'esx-02')] });

    assert.ok(rehearsal.finishMs > 2000 && rehearsal.finishMs < 60_000, `${rehearsal.finishMs}`);
  });

  it('does nothing to the estate itself', async () => {
    await using test = openReady();
    const before = await readAll(test.vc);

    await rehearseOn(test, { steps: [await toMove(test, 'web-01', 'esx-02')] });

    assert.deepEqual(await readAll(test.vc), before);
    assert.deepEqual(test.lab.history(), []);
  });

  it('tells what the platform would refuse, and leaves out what waits for that', async () => {
    await using test = openReady();
    const steps = [
      await toMove(test, 'web-01', 'esx-02'),
      await toMove(test, 'web-02', 'esx-02', ['web-01']),
      await toSecondTry(test, 'web-01'),
    ];

    const rehearsal = await rehearseOn(test, {
      steps,
      observed: (all) =>
        all.map((it) =>
          it.kind === 'host' && it.body.name === 'esx-02'
            ? { ...it, body: { ...it.body, state: 'not_responding' as const } }
            : it,
        ),
    });

    const [only, ...others] = rehearsal.steps;
    assert.deepEqual([only?.key, only?.outcome, others], ['web-01', 'failed', []]);
    assert.equal(only?.code, 'host_unavailable');
  });

  it('finds that a VM is no more', async () => {
    await using test = openReady();
    const steps = [await toMove(test, 'web-01', 'esx-02')];

    const {
      steps: [only],
    } = await rehearseOn(test, {
      steps,
      observed: (all) => all.filter(({ body }) => body.name !== 'web-01'),
    });

    assert.deepEqual([only?.outcome, only?.code], ['failed', 'not_found']);
  });

  it('answers a question with what does least, and a move that waits for a word with yes', async () => {
    await using test = openReady();
    const [vm, host] = [await test.ref('vm', 'web-01'), await test.ref('host', 'esx-03')];
    const question = { vm, name: 'web-01', vmId: 'id', withinMs: 1000 };
    const move = await toMove(test, 'web-01', 'esx-02');
    const rest = toHostInput(host, 'esx-03');

    const left = await rehearseOn(test, {
      steps: [
        toStep('ask-consent', 'ask', { ...question, choices: ['power_off', 'leave'] }),
        toStep('stop-vm', 'stop', { vm, name: 'web-01' }, { after: ['ask'], choice: 'power_off' }),
        toStep('settle-host', 'settle', rest, { after: ['ask', 'stop'], begins: 'when_ended' }),
      ],
    });
    const moved = await rehearseOn(test, {
      steps: [
        toStep('ask-consent', 'ask', { ...question, choices: ['move', 'leave'] }),
        { ...move, after: ['ask'], choice: 'move' },
      ],
      durations: { 'web-01': 5000 },
    });

    assert.deepEqual(
      left.steps.map(({ key, outcome }) => [key, outcome]),
      [
        ['ask', 'asked'],
        ['settle', 'failed'],
      ],
    );
    assert.equal(left.steps[1]?.code, 'maintenance_incomplete');
    assert.deepEqual(spans(moved), ['ask 0-0 asked', 'web-01 0-5000 done']);
  });

  it('waits on the clock of the twin, however long a guest takes', async () => {
    await using test = openReady();
    const vm = await test.ref('vm', 'web-01');
    test.lab.faults.changeByOthers(test.vc.id, (console) =>
      console.editVm('web-01', { guestTools: 'running' }),
    );

    const {
      steps: [only],
    } = await rehearseOn(test, {
      steps: [toStep('shutdown-vm', 'off', { vm, name: 'web-01' })],
    });

    assert.equal(only?.outcome, 'done');
  });

  it('ends with an error when a step neither ends nor waits for the twin’s time', async () => {
    await using test = openReady();
    const steps = [await toMove(test, 'web-01', 'esx-02')];

    await assert.rejects(
      rehearseOn(test, { steps, capacityOf: () => 0 }),
      /stands still at web-01/,
    );
  });

  it('is the same each time', async () => {
    await using test = openReady();
    const steps = [await toMove(test, 'web-01', 'esx-02'), await toMove(test, 'web-02', 'esx-01')];

    assert.deepEqual(await rehearseOn(test, { steps }), await rehearseOn(test, { steps }));
  });
});
