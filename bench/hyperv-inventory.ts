/**
 * The fast inventory of 200 hosts with 40 VMs each, 64 at once, from no connection to what Drover knows: ours beside pywinrm
 * with 64 threads, one after the other, each in a process of its own, on the same simulator.
 *
 * A script takes two seconds and 64 run at once, so that 200 take four rounds: nothing is faster than 8 s. Goal: at most 1.15 of
 * that, and never more than 50 ms in which nothing else could run.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { callScript } from '#adapters/hyperv/call-script.ts';
import { HypervConfig, toWinrmConfig } from '#adapters/hyperv/config.ts';
import { toObserved } from '#adapters/hyperv/estate/to-observed.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { createTurnsInAll, TURNS_IN_ALL } from '#adapters/hyperv/winrm/turns.ts';
import { createWinrm } from '#adapters/hyperv/winrm/winrm.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type BenchResult, toMedian } from './bench-result.ts';

const ROUNDS = 3;
const VMS_A_HOST = 40;
const SCRIPT_MS = 2000;
const STALL_GOAL_MS = 50;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Farm {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly caPem: string;
}

export async function run(): Promise<BenchResult> {
  await using farm = await startOwnProcess({
    ...{ command: process.execPath, args: [here('hyperv/farm.ts')], ready: /^READY (\{.*\})$/ },
  });
  using folder = createTemporaryFolder('bench');
  const told: Farm = JSON.parse(farm.ready[1] ?? '');
  const ca = join(folder.path, 'ca.pem');
  writeFileSync(ca, told.caPem);
  const times = { ours: [] as number[], peer: [] as number[] };
  const stalls: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { ms, stallMs } = JSON.parse(
      await execute(process.execPath, [here('hyperv-inventory.ts'), 'read'], told),
    );
    times.ours.push(ms);
    stalls.push(stallMs);
    const asked = { ...told, ca, vms: VMS_A_HOST };
    times.peer.push(
      JSON.parse(await execute('/usr/bin/python3', [here('hyperv/pyinv.py')], asked)).ms,
    );
  }
  const least = Math.ceil(told.addresses.length / TURNS_IN_ALL) * SCRIPT_MS;
  const [ours, peer, stallMs] = [toMedian(times.ours), toMedian(times.peer), toMedian(stalls)];
  const goal = least * 1.15;
  return {
    ...{ bench: 'hyperv-inventory', ours, peer, goal },
    ratio: Number((ours / peer).toFixed(2)),
    ok: ours <= goal && stallMs <= STALL_GOAL_MS,
    details: {
      ...{ leastMs: least, ofLeast: Number((ours / least).toFixed(3)), stallMs, rounds: ROUNDS },
      ...{ longestStallMs: Math.max(...stalls), hosts: told.addresses.length },
    },
  };
}

/** What it prints, given one line of JSON. */
async function execute(command: string, args: readonly string[], input: unknown): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(command, args, { timeout: 120_000 }, (error, stdout) =>
    error ? reject(error) : resolve(stdout),
  );
  child.stdin?.end(JSON.stringify(input));
  return promise;
}

/** One reading of all hosts, in a process of its own. */
async function readOnce({ addresses, port, user, password, caPem }: Farm): Promise<void> {
  const clock = createClock();
  const turnsInAll = createTurnsInAll();
  const signal = AbortSignal.timeout(100_000);
  const toHost = (address: string) => {
    const host = `${address}:${port}`;
    const config = HypervConfig.parse({ id: host, kind: 'hyperv', hosts: [host], user, password });
    const scripts = createWinrm(toWinrmConfig(config, host, caPem), { clock, turnsInAll });
    return { host, scripts };
  };
  const hosts = addresses.map(toHost);
  await setTimeout(200);
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const began = performance.now();
  const read = async (host: (typeof hosts)[number]) => {
    const fast = await callScript(host, SCRIPTS.inventoryFast, { signal, timeLimitMs: 60_000 });
    const identity = {
      ...{ hostId: fast.hostId, name: host.host, domain: '', memoryBytes: 2 ** 38, processors: 32 },
      ...{ windows: '', version: '', bootedAt: '', cluster: '', clusterId: '' },
    };
    const reading = { host: host.host, known: { ...host, identity }, fast };
    const { vmsOf } = toObserved({ hosts: [reading] }, { templates: [], setUps: new Map() });
    return vmsOf.flatMap(({ list }) => list()).length;
  };
  const counts = await Promise.all(hosts.map(read));
  const ms = Math.round(performance.now() - began);
  await setTimeout(20);
  loop.disable();
  if (counts.some((count) => count !== VMS_A_HOST)) throw new Error(`VMs: ${counts}`);
  process.stdout.write(JSON.stringify({ ms, stallMs: Math.round(loop.max / 1e6) }));
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] !== 'read') process.stdout.write(`${JSON.stringify(await run())}\n`);
  else {
    const chunks = await process.stdin.toArray();
    await readOnce(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  }
}
