/** One trial: a job from the typed line to its end, with one `kill -9` somewhere on the way. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Control } from './arguments.ts';
import { type DroverProcess, type Stopped, startDroverProcess } from './drover-process.ts';
import type { Bed, People, Place } from './place.ts';
import { FROZEN, isHeld, isSent } from './seams.ts';

export interface Plan {
  /** Killed there; or never, with neither of the two. */
  readonly seam?: string | undefined;
  /** Killed so long after the line was typed. */
  readonly atMs?: number | undefined;
  /** Of the bed's ways; its first when left out. */
  readonly way?: string | undefined;
  readonly control?: Control | undefined;
}

export interface Trial extends Plan {
  /** Whether it went its way at all: killed where it should be, started again, and ended when asked to. */
  readonly isPlayed: boolean;
  readonly violations: readonly string[];
  readonly tookMs: number;
  /** From the typed line to the end of everything. */
  readonly pathMs: number;
}

const STOP_WITHIN_MS = 10_000;
/** A machine that is busy with other trials takes far longer to load a program than to bring a job to its end. */
const START_WITHIN_MS = 120_000;
const ESTATE_WITHIN_MS = 60_000;
/** Each look starts a psql: more of them would stop the machine that they look at. */
const LOOK_EVERY_MS = 250;

export async function runTrial(bed: Bed, plan: Plan): Promise<Trial> {
  const startedAt = performance.now();
  await using place = await bed.openPlace(plan);
  const first = startDroverProcess({ ...place, seam: plan.seam, control: plan.control });
  const processes = [first];
  try {
    const story = await tellStory(bed, { place, plan, first, processes });
    return { ...plan, ...story, tookMs: performance.now() - startedAt };
  } catch (error) {
    const violations = await withLog([`the trial itself failed: ${error}`], processes);
    return {
      ...plan,
      isPlayed: false,
      violations,
      pathMs: 0,
      tookMs: performance.now() - startedAt,
    };
  } finally {
    await Promise.all(processes.map((each) => each.kill()));
  }
}

/** What all starts have in common is compiled once, and not by as many at once as there are trials. */
export async function warmUp(bed: Bed): Promise<void> {
  await using place = await bed.openPlace({ way: bed.ways?.[0] });
  const drover = startDroverProcess({ ...place });
  if (await within(START_WITHIN_MS, drover.runs)) await drover.stop();
  else await drover.kill(); // the first trial tells why
}

interface Scene {
  readonly place: Place;
  readonly plan: Plan;
  readonly first: DroverProcess;
  readonly processes: DroverProcess[];
}

async function tellStory(
  bed: Bed,
  { place, plan, first, processes }: Scene,
): Promise<Pick<Trial, 'isPlayed' | 'violations' | 'pathMs'>> {
  await first.runs;
  await waitForEstate(place);
  const people = await place.openPeople();
  people.started(first);
  try {
    const beganAt = performance.now();
    people.begin();
    const isKilled = await killOnTheWay(first, people, plan, bed.patienceMs);
    const last = isKilled ? startDroverProcess({ ...place, control: plan.control }) : first;
    if (isKilled) {
      processes.push(last);
      people.started(last);
    }
    const isUp = await within(START_WITHIN_MS, last.runs);
    const isOver = isUp && (await within(bed.patienceMs, waitForEnd(last, people, plan)));
    const pathMs = performance.now() - beganAt;
    const stopped = await last.stop();
    const isReached = isKilled || !isKill(plan);
    const violations = [
      ...(isReached ? [] : ['the seam was not reached']),
      ...(isUp ? [] : [`not started in ${START_WITHIN_MS / 1000} s`]),
      ...(isOver ? [] : [`not brought to its end in ${bed.patienceMs / 1000} s`]),
      ...judgeStop(stopped),
      ...(await place.findViolations()),
      ...(await people.findViolations()),
    ];
    return {
      isPlayed: isReached && stopped.code === 0,
      violations: await withLog(violations, processes, people),
      pathMs,
    };
  } finally {
    people.close();
  }
}

function isKill({ seam, atMs }: Plan): boolean {
  return atMs !== undefined || (seam !== undefined && seam !== FROZEN);
}

/** Answers whether it was killed. */
async function killOnTheWay(
  first: DroverProcess,
  people: People,
  plan: Plan,
  patienceMs: number,
): Promise<boolean> {
  const { seam, atMs } = plan;
  if (!isKill(plan)) return false;
  if (atMs !== undefined) await pause(atMs);
  else if (seam !== undefined && isSent(seam)) {
    if (!(await within(patienceMs, people.sent()))) return false;
  } else if (seam !== undefined && isHeld(seam)) {
    const sent = Number(seam.split('#')[1]);
    await within(patienceMs, Promise.all([first.holds, people.settled(sent)]));
  } else if (!(await within(patienceMs, first.ended))) return false;
  await first.kill();
  return true;
}

/** Rejects when Drover ends of itself. */
async function waitForEnd(last: DroverProcess, people: People, { seam }: Plan): Promise<void> {
  const isOver = Promise.all([people.over(), seam === FROZEN ? last.woken : undefined]);
  await Promise.race([isOver, last.ended.then(() => Promise.reject(new Error('it ended')))]);
}

/** Before the estate was read once, nobody could ask for anything. */
async function waitForEstate({ rows }: Place): Promise<void> {
  const read = () => rows('select id from connection_state where synced_at is not null');
  for (const until = performance.now() + ESTATE_WITHIN_MS; performance.now() < until; ) {
    if ((await read()).length > 0) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error('the estate was not read in a minute');
}

/** False when it fails or takes longer. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const timer = pause(ms, false, { signal: late.signal }).catch(() => false);
  const done = work.then(
    () => true,
    () => false,
  );
  const isDone = await Promise.race([done, timer]);
  late.abort();
  return isDone;
}

function judgeStop({ code, tookMs }: Stopped): string[] {
  const seconds = `${(tookMs / 1000).toFixed(1)} s`;
  return [
    ...(code === 0 ? [] : [`SIGTERM: exit code ${code} after ${seconds}`]),
    ...(tookMs <= STOP_WITHIN_MS ? [] : [`SIGTERM: ended after ${seconds}`]),
  ];
}

/** What people saw and Drover logged, where something is wrong. */
async function withLog(
  violations: readonly string[],
  processes: readonly DroverProcess[],
  people?: People,
): Promise<readonly string[]> {
  if (violations.length === 0) return violations;
  const logs = processes.flatMap(({ log }) => log.map((line) => `log: ${line}`));
  return [...violations, ...((await people?.describe()) ?? []), ...logs];
}
