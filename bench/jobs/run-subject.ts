/**
 * One subject in a process of its own; the parent reads its lines.
 *
 * `<subject> <place> measure <arrivals> <first jobs> <jobs>` prints one line of figures. `… fill <jobs>` takes jobs in, works
 * slowly and says `FILLED`, to be killed. `… resume` says `ACT` at the first act.
 */
import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { toPercentile } from '../bench-result.ts';
import type { OpenSubject } from './subject.ts';

const SUBJECTS: Readonly<Record<string, () => Promise<OpenSubject>>> = {
  'ours-equal': async () => (await import('./ours.ts')).openOursEqual,
  'ours-full': async () => (await import('./ours.ts')).openOursFull,
  'openworkflow-bundled': async () => (await import('./openworkflow.ts')).openOpenWorkflow,
  openworkflow: async () => (await import('./openworkflow.ts')).openOpenWorkflow,
  'dbos-queued': async () => (await import('./dbos.ts')).openDbosQueued,
  'dbos-direct': async () => (await import('./dbos.ts')).openDbosDirect,
};
const SUBMITTERS = 20;
const SLOW_MS = 100;

const [subject = '', place = '', deed = '', ...counts] = process.argv.slice(2);
const openSubject = await SUBJECTS[subject]?.();
if (!openSubject) throw new Error(`no subject ${subject}`);
/** As a server keeps what it compiled: once it is up. */
const open: OpenSubject = async (...given) => {
  const submit = await openSubject(...given);
  flushCompileCache();
  return submit;
};
if (deed === 'measure') await measure(open, counts.map(Number));
else if (deed === 'fill') await fill(open, Number(counts[0]));
else await open(place, { act: () => say('ACT'), ended: () => undefined });

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measure(
  openSubject: OpenSubject,
  [arrivals = 0, firstJobs = 0, jobs = 0]: readonly number[],
): Promise<void> {
  const acted = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  let ended = 0;
  const countEnd = () => {
    ended += 1;
  };
  const submit = await openSubject(place, {
    act(id) {
      if (acted.has(id)) return;
      acted.set(id, performance.now());
      waiting.get(id)?.();
    },
    ended: countEnd,
  });
  const until = async (count: number) => {
    while (ended < count) await pause(2);
  };

  const waits: number[] = [];
  for (let at = 0; at < arrivals; at += 1) {
    const id = `single-${at}`;
    const seen = new Promise<void>((resolve) => waiting.set(id, resolve));
    const askedAt = performance.now();
    await submit(id);
    await seen;
    waits.push((acted.get(id) ?? 0) - askedAt);
    await pause(20 + ((at * 37) % 100));
  }
  await until(arrivals);

  let submitted = 0;
  const carryOut = async (count: number) => {
    const upTo = submitted + count;
    const submitAll = async () => {
      while (submitted < upTo) {
        submitted += 1;
        await submit(`bulk-${submitted}`);
      }
    };
    const beganAt = performance.now();
    await Promise.all(Array.from({ length: SUBMITTERS }, submitAll));
    await until(arrivals + upTo);
    return Number(((1000 * count) / (performance.now() - beganAt)).toFixed(1));
  };
  const firstJobsPerSecond = await carryOut(firstJobs);
  const cpu = process.cpuUsage();
  const jobsPerSecond = await carryOut(jobs);
  const { user, system } = process.cpuUsage(cpu);
  say(
    JSON.stringify({
      ...{ jobsPerSecond, firstJobsPerSecond },
      cpuMsPerJob: Number(((user + system) / 1000 / jobs).toFixed(2)),
      ...{ firstActP50Ms: toPercentile(waits, 0.5), firstActP99Ms: toPercentile(waits, 0.99) },
      rssMb: Math.round(process.memoryUsage.rss() / 1e6),
    }),
  );
  process.exit();
}

/** More than can be carried out at once, so that some wait untouched when the process dies. */
async function fill(openSubject: OpenSubject, jobs: number): Promise<void> {
  let ended = 0;
  const countEnd = () => {
    ended += 1;
  };
  const act = () => pause(SLOW_MS);
  const submit = await openSubject(place, { act, ended: countEnd });
  await Promise.all(Array.from({ length: jobs }, (_, at) => submit(`left-${at}`)));
  while (ended < 1) await pause(2);
  say('FILLED');
}
