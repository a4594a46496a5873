/**
 * A whole Drover on a vCenter of its own, and in between a proxy that fails where a journey says so.
 *
 * Only the loop's waits are shortened; what it decides, and all between a person's line and the wire, is the product's.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import type { Parts } from '#bot/drover.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import type { Step, StepState } from '#core/jobs/job.ts';
import type { Patience } from '#core/jobs/loop.ts';
import { eventually, openTestApp, type TestApp } from '../helpers/open-test-app.ts';
import { type FaultProxy, startFaultProxy } from '../helpers/peers/fault-proxy.ts';
import { readBackVms } from '../helpers/peers/pyvmomi.ts';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';
import { startVcsim, type Vcsim } from '../helpers/peers/vcsim.ts';
import { toVcsimConfig, VCSIM_ESTATE } from '../walk/vcsim-estate.ts';

/** In the order that the loop relies on: sent within, then settled. */
const PATIENCE: Patience = {
  ...{ sendWithinMs: 500, tries: 5, retryMs: 50 },
  ...{ lookMs: 50, lookAtMostMs: 200, looks: 30, rightsMs: 5000 },
};
const SETTLE_MS = 600;

export interface StageOptions {
  /** Absent: the small one of the walk. */
  readonly estate?: object;
  readonly taskDelayMs?: Readonly<Record<string, number>>;
  readonly guestDelayMs?: number;
  /** How long each step is followed. */
  readonly timeLimitMs?: number;
  /** How often an act is tried that does not reach the vCenter. */
  readonly tries?: number;
  /** How long the vCenter may stay silent. */
  readonly answerTimeoutMs?: number;
}

export interface Stage extends AsyncDisposable {
  readonly vcsim: Vcsim;
  readonly proxy: FaultProxy;
  readonly app: TestApp;
  /** Does something when the loop comes to this seam, once. */
  at(seam: string, deed: () => unknown): void;
  /** Resolves with the step of job 1 once it is in this state. */
  until(key: string, state: StepState): Promise<Step>;
  /** Ends Drover as SIGTERM does, and starts it anew on the same data once `meanwhile` is over. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

export const CREATE =
  'vm create web-07 --template ubuntu-24 --cpu 4 --memory 8GiB --folder /prod/web --reason "load test"';
/** What pyvmomi then shows. */
export const MADE = 'web-07 in /Munich/vm/prod/web, 4 CPUs, 8192 MiB';

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const { taskDelayMs = {}, guestDelayMs = 0 } = options;
  const delays = { taskDelayMs, guestDelayMs };
  const { estate = VCSIM_ESTATE } = options;
  const vcsim = stack.use(await startVcsim({ estate, ...delays }));
  const upstream = { upstream: vcsim.url, upstreamCaPem: vcsim.caPem };
  const proxy = stack.use(await startFaultProxy(upstream));
  const { path: dataFolder } = stack.use(createTemporaryFolder('vcsim-stage'));
  const deeds = new Map<string, () => unknown>();
  const seam = async (name: string) => {
    const deed = deeds.get(name);
    deeds.delete(name);
    await deed?.();
  };
  const open = () =>
    openTestApp({
      config: toConfig(vcsim, proxy, options),
      env: { VCENTER_PASSWORD: vcsim.password },
      dataFolder,
      alter: (parts) => hurry({ ...parts, seam }, options),
    });
  let app = await open();
  stack.defer(() => app[Symbol.asyncDispose]());
  const opened = stack.move();
  return {
    ...{ vcsim, proxy },
    get app() {
      return app;
    },
    at: (name, deed) => deeds.set(name, deed),
    async until(key, state) {
      let found: Step | undefined;
      await eventually(async () => {
        found = (await listSteps(app)).find((step) => step.key === key && step.state === state);
        return found !== undefined;
      });
      return found as Step;
    },
    async restart(meanwhile) {
      await app[Symbol.asyncDispose]();
      await meanwhile?.();
      app = await open();
    },
    async [Symbol.asyncDispose]() {
      // A fault that nothing met would prove nothing.
      const unused = [...proxy.findUnused(), ...deeds.keys()];
      await opened.disposeAsync();
      assert.deepEqual(unused, []);
    },
  };
}

function toConfig(vcsim: Vcsim, proxy: FaultProxy, { answerTimeoutMs }: StageOptions): string {
  const thumbprint = new X509Certificate(proxy.caPem).fingerprint256;
  const config = toVcsimConfig({ ...vcsim, url: proxy.url, thumbprint }, false);
  if (answerTimeoutMs === undefined) return config;
  return config.replace('kind: vcenter', `kind: vcenter\n    answerTimeoutMs: ${answerTimeoutMs}`);
}

function hurry(parts: Parts, { timeLimitMs, tries = PATIENCE.tries }: StageOptions): Parts {
  return {
    ...parts,
    patience: { ...PATIENCE, tries },
    listStepKinds: (...world) =>
      parts.listStepKinds(...world).map((kind) => ({
        ...kind,
        settleMs: SETTLE_MS,
        timeLimitMs: timeLimitMs ?? kind.timeLimitMs,
      })),
  };
}

/** Ann asks, Bob agrees. */
export async function askAndAgree({ app }: Stage, line = CREATE): Promise<void> {
  await app.say('ann', line);
  await app.click('bob', 'Approve');
}

/** Somebody who is not Drover, at the vCenter's own console. */
export function atConsole(
  { vcsim }: Stage,
  method: string,
  on: string,
  Args = {},
): Promise<unknown> {
  return vcsim.control('as', { user: 'root', method, this: on, args: Args });
}

export interface End {
  readonly job: string;
  /** `state` or `state code`, by the step's key. */
  readonly steps: Readonly<Record<string, string>>;
  /** The job's card as the one who asked has it at the end. */
  readonly words: string;
  /** What pyvmomi sees beside what stood there from the beginning. */
  readonly made: readonly string[];
  /** What Drover ordered, in order. */
  readonly orders: readonly string[];
  /** Steps whose outcome was unknown for a while, by the audit. */
  readonly unknown: readonly unknown[];
}

/** How job 1 ended; fails when it left a permit or a reservation behind, or when the audit tells another story. */
export async function seeEnd({ app, vcsim, proxy }: Stage): Promise<End> {
  const job = await app.jobEnd(1);
  const steps = await listSteps(app);
  await assertNothingHeld(app, steps);
  await assertAudit(app, job, steps);
  return {
    job,
    steps: Object.fromEntries(steps.map((step) => [step.key, toEnd(step)])),
    words: await seeCard(app, (text) => !/J-1 · (\d+ %|looking|stopping)/.test(text)),
    made: await readMade(vcsim),
    orders: proxy.methods.filter((method) => /_Task$|^ShutdownGuest$/.test(method)),
    unknown: (await listFacts(app, 'outcome_unknown')).map(({ step }) => step),
  };
}

const toEnd = ({ state, code }: { state: unknown; code: unknown }) =>
  code ? `${state} ${code}` : `${state}`;

async function assertNothingHeld({ drover }: TestApp, steps: readonly Step[]): Promise<void> {
  const held = await drover.house.store.read((reads) => reads.reservations.list());
  assert.deepEqual([...steps.filter(({ permitsHeld }) => permitsHeld), ...held], []);
}

async function assertAudit(app: TestApp, job: string, steps: readonly Step[]): Promise<void> {
  const ended = (await listFacts(app, 'step_ended')).toReversed();
  // What nobody took up has no end of its own in the audit.
  const taken = steps.filter(({ epoch }) => epoch > 0);
  assert.deepEqual(
    ended.map(({ step, state, code }) => [step, toEnd({ state, code })]),
    taken.map((step) => [step.key, toEnd(step)]),
  );
  assert.deepEqual(
    (await listFacts(app, 'job_ended')).map(({ state }) => state),
    [job],
  );
}

async function listFacts(app: TestApp, event: string) {
  return (await app.audit(event)).map(({ facts }) => facts as Record<string, unknown>);
}

const STOOD_THERE = new Set(VCSIM_ESTATE.vms.map(({ id }) => id));

export async function readMade(vcsim: Vcsim): Promise<readonly string[]> {
  const made = (await readBackVms(vcsim)).filter(({ handle }) => !STOOD_THERE.has(handle));
  return made.map(
    ({ name, folder, cpus, memoryMB, powerState }) =>
      `${name} in ${folder}, ${cpus} CPUs, ${memoryMB} MiB, ${powerState}`,
  );
}

/** The card of job 1 as Ann reads it, once it shows what is waited for. */
export async function seeCard(app: TestApp, isIt: (text: string) => boolean): Promise<string> {
  let words = '';
  await eventually(async () => {
    const cards = (await app.messages('ann')).map(({ card }) => card);
    const texts = cards.map((card) =>
      toPlainText(card, { width: 1000, colour: false, showDetails: false }),
    );
    words = texts.findLast((text) => text.includes('J-1 ·')) ?? '';
    return words !== '' && isIt(words);
  });
  return words;
}

async function listSteps({ drover }: TestApp): Promise<readonly Step[]> {
  return drover.house.store.read(async (reads) => {
    const job = await reads.jobs.findByNumber(1);
    return job ? reads.jobs.listSteps({ jobId: job.id }) : [];
  });
}
