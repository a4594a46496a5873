/**
 * How long Drover takes to empty a host of 40 VMs on the lab, whose platform moves two at a time.
 *
 * Ours is the time from the first order to the end of the last move; the bound is what those limits allow at best: the sum of
 * all moves over two, or the longest of them. The peer moves one at a time, as an operator does by hand. The host is
 * emptied twice: the forecast is what the second plan's rehearsal showed before it was agreed to, which rests on how long
 * the moves of the first took.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '#core/jobs/job.ts';
import { eventually, labConfig, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import type { BenchResult } from './bench-result.ts';

const VMS = 40;
const SPEED = 4;
/** As the lab's own: 2 s and 1 s for each GiB of memory, two at a time into and out of a host. */
const AT_ONCE = 2;
const GOAL = 1.1;
const FORECAST_GOAL = 0.1;
const HOST = 'hv-01';

const memoryGibOf = (at: number) => 2 + ((at * 7) % 15);
const moveMsOf = (at: number) => (2000 + 1000 * memoryGibOf(at)) / SPEED;

export async function run(): Promise<BenchResult> {
  const durations = Array.from({ length: VMS }, (_, at) => moveMsOf(at));
  const sumMs = durations.reduce((sum, ms) => sum + ms, 0);
  const boundMs = Math.max(sumMs / AT_ONCE, ...durations);
  const { firstMs, secondMs, forecastMs } = await emptyTwice();
  const peerMs = await emptyOneAtATime();
  const ours = Math.max(firstMs, secondMs);
  const ratio = Number((ours / boundMs).toFixed(3));
  const forecastOff = Math.abs(forecastMs - secondMs) / secondMs;
  const details = {
    ...{ boundMs: Math.round(boundMs), firstMs, secondMs, oneAtATimeMs: peerMs },
    ...{ forecastMs, forecastOff: Number(forecastOff.toFixed(3)), vms: VMS, speed: SPEED },
  };
  console.log(JSON.stringify(details));
  return {
    ...{ bench: 'evacuation', ours, peer: peerMs, ratio, goal: GOAL, details },
    ok: ratio <= GOAL && forecastOff <= FORECAST_GOAL,
  };
}

async function emptyTwice() {
  using folder = createTemporaryFolder('bench-evacuation');
  await using app = await open(folder.path);
  const firstMs = await empty(app, 1);
  await end(app, 2);
  const secondMs = await empty(app, 3, ' --rehearse');
  return { firstMs, secondMs, forecastMs: await readForecast(app, 3) };
}

async function emptyOneAtATime(): Promise<number> {
  using folder = createTemporaryFolder('bench-evacuation');
  await using app = await open(folder.path, 'limits: { movesPerHost: 1 }\n');
  return await empty(app, 1);
}

function open(folder: string, more = ''): Promise<TestApp> {
  const estate = join(folder, 'estate.json');
  writeFileSync(estate, JSON.stringify(toEstate()));
  const lab = `speed: ${SPEED}\n  estate: ${estate}`;
  return openTestApp({ config: more + labConfig((text) => text.replace('speed: 0', lab)) });
}

function toEstate() {
  const hosts = [1, 2, 3, 4, 5].map((n) => ({
    ...{ name: `hv-0${n}`, cluster: 'hvc', cpuCores: 64, cpuUsedShare: 0.1 },
    ...{ memory: '1TiB', memoryUsed: n === 1 ? '400GiB' : '100GiB', inMaintenance: false },
    ...{ datastores: ['CSV1'], networks: ['VM Network'], cpuVendor: 'intel' },
  }));
  const vms = Array.from({ length: VMS }, (_, at) => ({
    ...{ name: `app-${String(at + 1).padStart(2, '0')}`, folder: '/prod', host: HOST },
    ...{ datastore: 'CSV1', cpus: 2, memory: `${memoryGibOf(at)}GiB`, power: 'on' },
    ...{ hasTools: true, priority: 'medium', isHighlyAvailable: true },
  }));
  return {
    connections: [
      {
        ...{ id: 'lab-hv', kind: 'hyperv', clusters: [{ name: 'hvc' }], hosts, vms },
        datastores: [{ name: 'CSV1', type: 'CSV', capacity: '40TiB', free: '20TiB' }],
        ...{ networks: [{ name: 'VM Network', type: 'switch' }], folders: ['/prod'] },
      },
    ],
  };
}

/** Answers milliseconds from the first order to the end of the last move. */
async function empty(app: TestApp, number: number, how = ''): Promise<number> {
  await app.say('carl', `host maintenance enter ${HOST} --reason "bench"${how}`);
  await app.click('bob', 'Approve');
  const state = await app.jobEnd(number);
  const moves = (await listSteps(app, number)).filter(({ kind }) => kind === 'move-vm-away');
  if (state !== 'done' || moves.length !== VMS || moves.some((move) => move.state !== 'done'))
    throw new Error(`the host was not emptied: job ${number} is ${state}`);
  const from = Math.min(...moves.map(({ sentAt }) => Number(sentAt)));
  return Math.max(...moves.map(({ endedAt }) => Number(endedAt))) - from;
}

async function end(app: TestApp, number: number): Promise<void> {
  await app.say('carl', `host maintenance exit ${HOST} --move-back --reason "bench"`);
  await app.click('bob', 'Approve');
  const state = await app.jobEnd(number);
  if (state !== 'done') throw new Error(`nothing was moved back: job ${number} is ${state}`);
  // What the platform shows after its last task is read before the next plan.
  const { index } = app.drover.house;
  await eventually(() => {
    const [host] = index.byName('host', HOST);
    return host !== undefined && index.vmsOnHost(host.connectionId, host.handle).length === VMS;
  });
}

async function listSteps({ drover }: TestApp, number: number): Promise<readonly Step[]> {
  return drover.house.store.read(async ({ jobs }) => {
    const job = await jobs.findByNumber(number);
    return job ? jobs.listSteps({ jobId: job.id }) : [];
  });
}

/** What the plan said that people agreed to. */
async function readForecast({ drover }: TestApp, number: number): Promise<number> {
  return drover.house.store.read(async (reads) => {
    const job = await reads.jobs.findByNumber(number);
    const request = job && (await reads.requests.find(job.requestId));
    const stored = request && (await reads.plans.find(request.planId));
    return stored?.plan.advice.rehearsal?.finishMs ?? 0;
  });
}
