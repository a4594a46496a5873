/**
 * Text in over the terminal's socket → answer out, at 50 lines a second, with 25,000 VMs on 1,000 hosts in the lab.
 *
 * Equal parts of `vm list`, `vm show`, a mistyped name and `vm create --plan`; once in peace, once during a full reading
 * of the estate. Goal: 99 of 100 answers within 20 ms; every answer's inbox row was committed before.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateEstate } from '#adapters/simulator/generate-estate.ts';
import { toSocketPath } from '#bot/terminal/socket-path.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type BenchResult, toPercentile } from './bench-result.ts';

const START = fileURLToPath(new URL('../bot/start.mjs', import.meta.url));
const EVERY_MS = 20;
const LINES = 1500;
const WARM_UP = 100;
const GOAL_MS = 20;
/** During one reading of the estate there are 50 to 200 lines: what is judged are the lines of all of them. */
const STARTS = 3;

/** Milliseconds from text in to answer out. */
interface Answers {
  readonly inPeace: readonly number[];
  readonly duringSync: readonly number[];
  /** The first ones after a start: a process that has just started compiles as it goes. Told beside. */
  readonly cold: readonly number[];
}

export async function run(): Promise<BenchResult> {
  const starts: Answers[] = [];
  while (starts.length < STARTS) {
    const answers = await measureOnce();
    process.stdout.write(`${JSON.stringify(toFigures(answers))}\n`);
    starts.push(answers);
  }
  const figures = toFigures({
    inPeace: starts.flatMap(({ inPeace }) => inPeace),
    duringSync: starts.flatMap(({ duringSync }) => duringSync),
    cold: starts.flatMap(({ cold }) => cold),
  });
  const { p99Ms, duringSyncP99Ms, linesDuringSync } = figures;
  return {
    ...{ bench: 'ack', ours: p99Ms, peer: null, ratio: null, goal: GOAL_MS },
    ok: p99Ms <= GOAL_MS && duringSyncP99Ms <= GOAL_MS && linesDuringSync > 0,
    details: { ...figures, starts: STARTS, load: (loadavg()[0] ?? 0).toFixed(1) },
  };
}

function toFigures({ inPeace, duringSync, cold }: Answers) {
  return {
    ...{ p50Ms: toPercentile(inPeace, 0.5), p99Ms: toPercentile(inPeace, 0.99) },
    longestMs: toPercentile(inPeace, 1),
    duringSyncP50Ms: toPercentile(duringSync, 0.5),
    duringSyncP99Ms: toPercentile(duringSync, 0.99),
    coldP99Ms: toPercentile(cold, 0.99),
    ...{ lines: inPeace.length, linesDuringSync: duringSync.length },
  };
}

async function measureOnce(): Promise<Answers> {
  using folder = createTemporaryFolder('bench-ack');
  const estate = generateEstate({ hosts: 1000, vms: 25_000 });
  writeFileSync(join(folder.path, 'estate.json'), JSON.stringify(estate));
  writeFileSync(join(folder.path, 'drover.yaml'), CONFIG);
  const data = join(folder.path, 'data');
  const config = join(folder.path, 'drover.yaml');
  await using _server = await startOwnProcess({
    command: process.execPath,
    args: [START, 'start', '--data', data, '--config', config, '--port', '0', '--quiet'],
    ready: /^Drover runs: (\S+)/,
    readyWithinMs: 120_000,
  });
  const names = estate.connections.flatMap(({ vms = [] }) => vms.map(({ name }) => name));
  await using terminal = await openTerminal(data);
  // The first reading of the estate has just begun: these answers come during it.
  let isSynced = false;
  const syncing = untilSynced(terminal).then(() => {
    isSynced = true;
  });
  const all = await measure(terminal, names, () => isSynced);
  await syncing;
  await measure(terminal, names, (at) => at >= WARM_UP);
  const inPeace = await measure(terminal, names, (at) => at >= LINES);
  return { inPeace, duringSync: all.slice(WARM_UP), cold: all.slice(0, WARM_UP) };
}

interface Terminal extends AsyncDisposable {
  /** Resolves with the milliseconds until the answer, and its card as JSON. */
  say(text: string): Promise<{ readonly ms: number; readonly card: string }>;
}

async function openTerminal(dataFolder: string): Promise<Terminal> {
  const socket: Socket = connect(toSocketPath(dataFolder));
  const waiting = new Map<string, (card: object) => void>();
  createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line) as {
      type: string;
      message?: { answers?: string; card: object };
    };
    if (message.type === 'message' && message.message?.answers)
      waiting.get(message.message.answers)?.(message.message.card);
  });
  socket.write(`${JSON.stringify({ type: 'hello', protocol: 1, as: 'carl' })}\n`);
  return {
    say(text) {
      const key = randomUUID();
      const beganAt = performance.now();
      return new Promise((resolve) => {
        waiting.set(key, (card) => {
          waiting.delete(key);
          resolve({ ms: performance.now() - beganAt, card: JSON.stringify(card) });
        });
        socket.write(`${JSON.stringify({ type: 'say', key, sentAt: new Date(), text })}\n`);
      });
    },
    [Symbol.asyncDispose]: async () => void socket.destroy(),
  };
}

/** At a steady pace, whether answers come or not: waiting for them would hide that they are late. */
async function measure(
  terminal: Terminal,
  names: readonly string[],
  isOver: (at: number) => boolean,
): Promise<number[]> {
  const answers: Promise<{ ms: number }>[] = [];
  const beganAt = performance.now();
  for (let at = 0; !isOver(at); at += 1) {
    answers.push(terminal.say(toLine(at, names)));
    const dueMs = (at + 1) * EVERY_MS - (performance.now() - beganAt);
    if (dueMs > 0) await wait(dueMs);
  }
  return (await Promise.all(answers)).map(({ ms }) => ms);
}

function toLine(at: number, names: readonly string[]): string {
  const name = names[(at * 7919) % names.length] ?? '';
  const lines = [
    'vm list',
    `vm show ${name}`,
    `vm show ${name}x`,
    `vm create new-${at} --template ubuntu-24 --plan`,
  ];
  return lines[at % lines.length] ?? '';
}

async function untilSynced(terminal: Terminal): Promise<void> {
  while ((await terminal.say('connection list')).card.includes('not read yet')) await wait(100);
}

const CONFIG = `lab: { speed: 1000, estate: estate.json }
roles:
  - name: everything
    members: [operators]
    allow: [vm.*, host.*, cluster.*, datastore.*, network.*, template.*, connection.list, connection.show, job.list, job.show]
policies:
  - name: auto
    operations: [vm.*]
    decide: auto
`;
