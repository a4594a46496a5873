/**
 * Jobs of four steps that do nothing: ours beside raw openworkflow on SQLite and raw DBOS on PostgreSQL, each in a process
 * of its own, in turns, with the same durability (SQLite FULL, PostgreSQL's defaults), on a real disk.
 *
 * Goal: the equal work (without start gate, cards, audit, permits and looks at rights) at least as fast as each engine, and
 * neither the first act of a new job nor the first act after a kill later than theirs. Judged against DBOS's durable queue, which
 * promises what ours does; its direct start, which only the process that was asked takes up, is printed beside. So are the
 * first 300 jobs of a process.
 *
 * All as they ship: ours from a bundle, as `drover` runs, the peers' packages as they are installed. openworkflow bundled like
 * ours is printed beside.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '#bot/bundle/find-bundle.mjs';
import { makeBundle } from '#bot/bundle/make-bundle.mjs';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type BenchResult, toMedian } from './bench-result.ts';

/** Among the packages, so that those beside it are found. */
const BUNDLES = join(ROOT, 'node_modules', '.cache', 'drover', 'bench-jobs');
/** Cannot be bundled: it asks for packages that it does not bring. */
const DBOS = '@dbos-inc/dbos-sdk';
/** What is judged is measured in all of them, in turns, and what is printed beside in the first one. */
const ROUNDS = 5;
/** Of each in a round. */
const RESTARTS = 3;
const ARRIVALS = 60;
/** Carried out within a second or two, while V8 still compiles what they need: told apart, and not judged. */
const FIRST_JOBS = 300;
/** What is judged; ours with all that the product does besides is only printed. */
const JOBS = 2000;
const JOBS_IN_FULL = 300;
/** Taken in before the kill: about twice as many as are carried out at once. */
const LEFT = 60;

const DATABASES = {
  sqlite: { peer: 'openworkflow', beside: ['ours-full', 'openworkflow-bundled'] },
  postgresql: { peer: 'dbos-queued', beside: ['ours-full', 'dbos-direct'] },
} as const;
type Database = keyof typeof DATABASES;

interface Figures {
  readonly jobsPerSecond: number;
  readonly firstJobsPerSecond: number;
  readonly cpuMsPerJob: number;
  readonly firstActP50Ms: number;
  readonly firstActP99Ms: number;
  readonly restartMs: number;
  readonly rssMb: number;
}

/** One of those that are compared. */
interface Subject {
  readonly name: string;
  /** The file that begins it. */
  readonly program: string;
  readonly newPlace: () => Promise<string>;
}

export async function run(): Promise<BenchResult> {
  using folder = createTemporaryFolder('bench-jobs');
  const programOf = await makePrograms();
  await using postgres = await startPostgres({ parentFolder: tmpdir() });
  const taken = new Map<string, Figures[]>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const database of Object.keys(DATABASES) as Database[]) {
      const newPlace = () => createPlace(database, folder.path, postgres);
      const names = listSubjects(database, round);
      const subjects = names.map((name) => ({ name, program: programOf(name), newPlace }));
      for (const [subject, figures] of await measureInTurns(subjects)) {
        const name = `${database} ${subject}`;
        taken.set(name, [...(taken.get(name) ?? []), figures]);
        process.stdout.write(`${name.padEnd(31)} ${JSON.stringify(figures)} load ${readLoad()}\n`);
      }
    }
  }
  return conclude(new Map([...taken].map(([name, rounds]) => [name, toMedians(rounds)])));
}

/** Who goes first takes turns. */
function listSubjects(database: Database, round: number): readonly string[] {
  const { peer, beside } = DATABASES[database];
  const judged = round % 2 ? ['ours-equal', peer] : [peer, 'ours-equal'];
  return round === 1 ? [...judged, ...beside] : judged;
}

/** Each restart right beside that of the others: the machine is another one a minute later. */
async function measureInTurns(
  subjects: readonly Subject[],
): Promise<readonly (readonly [name: string, Figures])[]> {
  const measured = [];
  for (const subject of subjects)
    measured.push({ subject, figures: await measure(subject), restarts: [] as number[] });
  for (let restart = 1; restart <= RESTARTS; restart += 1)
    for (const { subject, restarts } of measured) restarts.push(await measureRestart(subject));
  return measured.map(({ subject, figures, restarts }) => [
    subject.name,
    { ...figures, restartMs: toMedian(restarts) },
  ]);
}

function conclude(medians: ReadonlyMap<string, Figures>): BenchResult {
  const comparisons = (Object.keys(DATABASES) as Database[]).map((database) => {
    const ours = medians.get(`${database} ours-equal`) as Figures;
    const peer = medians.get(`${database} ${DATABASES[database].peer}`) as Figures;
    const ratio = ours.jobsPerSecond / peer.jobsPerSecond;
    const isInTime = ours.firstActP50Ms <= peer.firstActP50Ms && ours.restartMs <= peer.restartMs;
    return { ours, peer, ratio, isInTime };
  });
  const [worst] = comparisons.toSorted((a, b) => a.ratio - b.ratio);
  const told = [...medians].map(([name, figures]) => [name, JSON.stringify(figures)]);
  return {
    ...{ bench: 'jobs', ours: worst?.ours.jobsPerSecond ?? 0, goal: 1 },
    peer: worst?.peer.jobsPerSecond ?? null,
    ratio: worst ? Number(worst.ratio.toFixed(3)) : null,
    ok: comparisons.every(({ ratio, isInTime }) => ratio >= 1 && isInTime),
    details: { ...Object.fromEntries(told), rounds: ROUNDS, load: readLoad() },
  };
}

function toMedians(rounds: readonly Figures[]): Figures {
  const names = Object.keys(rounds[0] ?? {}) as (keyof Figures)[];
  const medians = names.map((name) => [name, toMedian(rounds.map((figures) => figures[name]))]);
  return Object.fromEntries(medians);
}

async function makePrograms(): Promise<(subject: string) => string> {
  rmSync(BUNDLES, { recursive: true, force: true });
  const make = (apart: readonly string[]) =>
    makeBundle({ entry: 'bench/jobs/run-subject.ts', folder: BUNDLES, apart });
  const asShipped = await make(['openworkflow', DBOS]);
  const alike = await make([DBOS]);
  return (subject) => (subject === 'openworkflow-bundled' ? alike : asShipped);
}

async function measure(subject: Subject): Promise<Omit<Figures, 'restartMs'>> {
  const jobs = subject.name === 'ours-full' ? JOBS_IN_FULL : JOBS;
  const place = await subject.newPlace();
  const measured = start(subject, place, 'measure', ARRIVALS, FIRST_JOBS, jobs);
  const line = await readLine(measured, /^\{/);
  await end(measured);
  return JSON.parse(line);
}

/** From the start of the new process to its first act, whichever of the jobs left behind it belongs to. */
async function measureRestart(subject: Subject): Promise<number> {
  const place = await subject.newPlace();
  const first = start(subject, place, 'fill', LEFT);
  await readLine(first, /^FILLED/);
  await end(first);
  const beganAt = performance.now();
  const second = start(subject, place, 'resume');
  await readLine(second, /^ACT/);
  const tookMs = performance.now() - beganAt;
  await end(second);
  return Math.round(tookMs);
}

let places = 0;

function createPlace(database: Database, folder: string, postgres: Postgres): Promise<string> {
  if (database === 'postgresql') return postgres.createDatabase();
  places += 1;
  return Promise.resolve(join(folder, `${places}.db`));
}

function start(
  { program, name }: Subject,
  place: string,
  deed: string,
  ...counts: number[]
): ChildProcess {
  const args = [program, name, place, deed, ...counts.map(String)];
  return spawn(process.execPath, ['--disable-warning=DeprecationWarning', ...args], {
    // As `drover` starts; for all alike.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'drover-bench-compiled') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** @throws when the process ends before it says such a line. */
async function readLine({ stdout }: ChildProcess, wanted: RegExp): Promise<string> {
  if (!stdout) throw new Error('the subject has no output');
  for await (const line of createInterface({ input: stdout })) {
    if (wanted.test(line)) return line;
  }
  throw new Error(`the subject ended without ${wanted}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function readLoad(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
