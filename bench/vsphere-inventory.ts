/**
 * Reads 5,000 VMs from a vCenter: ours beside govmomi and pyvmomi, each in a process of its own, on the same vcsim.
 *
 * All ask for the same properties of VMs; ours reads hosts, datastores, networks and folders as well. Goal: at most 0.6 of
 * govmomi's time, and never more than 50 ms in which nothing else could run.
 */
import { execFile } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VcenterConfig } from '#adapters/vmware/config.ts';
import { VmProperties } from '#adapters/vmware/schema.ts';
import { createVcenter } from '#adapters/vmware/vcenter.ts';
import {
  buildVcenterPart,
  findVcenterPart,
  vcenterFolder,
} from '#test/helpers/peers/vcenter-build.ts';
import { startVcsim, type Vcsim } from '#test/helpers/peers/vcsim.ts';
import { type BenchResult, toMedian } from './bench-result.ts';

const ROUNDS = 5;
const GOAL = 0.6;
const STALL_GOAL_MS = 50;
const VMS = 5_000;
const PROPERTIES = Object.keys(VmProperties.shape).join();
const execute = promisify(execFile);

export async function run(): Promise<BenchResult> {
  // No test needs it, so it is not among the peers that are installed.
  buildVcenterPart('govinv');
  await using vcsim = await startVcsim({ clusters: 25, hostsPerCluster: 10, vmsPerCluster: 200 });
  const clients = { ours: readOurs, govmomi: readGovmomi, pyvmomi: readPyvmomi };
  const times: Record<keyof typeof clients, number[]> = { ours: [], govmomi: [], pyvmomi: [] };
  const stalls: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of ['ours', 'govmomi', 'pyvmomi'] as const) {
      const { ms, stallMs } = await clients[name](vcsim);
      times[name].push(ms);
      if (stallMs !== undefined) stalls.push(stallMs);
    }
  }
  const ours = toMedian(times.ours);
  const peer = toMedian(times.govmomi);
  const stallMs = toMedian(stalls);
  const ratio = Number((ours / peer).toFixed(2));
  return {
    bench: 'vsphere-inventory',
    ...{ ours, peer, ratio, goal: GOAL },
    ok: ratio <= GOAL && stallMs <= STALL_GOAL_MS,
    details: {
      ...{ pyvmomiMs: toMedian(times.pyvmomi), stallMs, longestStallMs: Math.max(...stalls) },
      ...{ pyvmomiRatio: Number((ours / toMedian(times.pyvmomi)).toFixed(2)), rounds: ROUNDS },
    },
  };
}

interface Read {
  readonly ms: number;
  readonly stallMs?: number;
}

async function readOurs(vcsim: Vcsim): Promise<Read> {
  const { url, user, password, thumbprint } = vcsim;
  const login = JSON.stringify({ id: 'bench', kind: 'vcenter', url, user, password, thumbprint });
  const { stdout } = await execute(process.execPath, [fileURLToPath(import.meta.url), login]);
  const { vms, ...read } = JSON.parse(stdout);
  if (vms !== VMS) throw new Error(`ours read ${vms} VMs`);
  return read;
}

async function readGovmomi({ url, user, password }: Vcsim): Promise<Read> {
  const address = new URL(url);
  Object.assign(address, { username: user, password });
  const args = ['-u', address.href, '-props', PROPERTIES];
  const { stdout } = await execute(findVcenterPart('govinv'), args);
  return toRead(stdout);
}

async function readPyvmomi({ url, user, password }: Vcsim): Promise<Read> {
  const env = { ...process.env, USER_NAME: user, PASSWORD: password, PROPS: PROPERTIES };
  const { stdout } = await execute('/usr/bin/python3', [`${vcenterFolder}/bench/pyinv.py`, url], {
    env,
  });
  return toRead(stdout);
}

/** `govmomi rows=5000 sum=… login=4 retrieve=1626` */
function toRead(line: string): Read {
  const [, rows, ms] = /rows=(\d+) .*retrieve=(\d+)/.exec(line) ?? [];
  if (Number(rows) !== VMS) throw new Error(line);
  return { ms: Number(ms) };
}

/** One reading, in a process of its own as the others have: what JIT and garbage cost is in it. */
async function readOnce(config: unknown): Promise<void> {
  const vcenter = createVcenter(VcenterConfig.parse(config));
  const signal = AbortSignal.timeout(60_000);
  await vcenter.estate.identify(signal);
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const began = performance.now();
  let vms = 0;
  await vcenter.estate.snapshot(async (page) => {
    vms += page.filter(({ kind }) => kind === 'vm').length;
  }, signal);
  const ms = Math.round(performance.now() - began);
  await setTimeout(20);
  loop.disable();
  await vcenter.close();
  process.stdout.write(JSON.stringify({ vms, ms, stallMs: Math.round(loop.max / 1e6) }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const config = process.argv[2];
  if (config !== undefined) await readOnce(JSON.parse(config));
  else process.stdout.write(`${JSON.stringify(await run())}\n`);
}
