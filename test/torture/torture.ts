/**
 * npm run torture -- <sqlite|postgres|vcsim|hyperv|chat|evacuation|evacuation-vcsim|evacuation-hyperv> [N]
 *   [--control look|epoch|inbox|note|adopt] [--seed TEXT]
 *
 * A job from the typed line over the vote to its end, killed at every named seam and at N random instants. Whatever is
 * killed, there must be one VM, one decision and one answer each, and nothing left; of a host that is emptied, no VM lost,
 * twice or stopped without consent, and the host in a state that its card tells. A line a trial, violations in full,
 * one line at the end, and an exit code that tells the truth.
 */
import { createRandom, type Random } from '#adapters/simulator/random.ts';
import {
  type Arguments,
  type BedName,
  type Control,
  FULL_SIZE,
  readArguments,
  toSeedNumber,
  USAGE,
} from './arguments.ts';
import { openChatBed } from './chat-bed.ts';
import { openEvacuationBed } from './evacuation-bed.ts';
import { openEvacuationHypervBed } from './evacuation-hyperv-bed.ts';
import { openEvacuationVcsimBed } from './evacuation-vcsim-bed.ts';
import { openHypervBed } from './hyperv-bed.ts';
import { openPostgresBed, openSqliteBed } from './lab-bed.ts';
import type { Bed, SeamOnWay } from './place.ts';
import { type Plan, runTrial, type Trial, warmUp } from './run-trial.ts';
import { FROZEN } from './seams.ts';
import { openVcsimBed } from './vcsim-bed.ts';

const BEDS: Readonly<Record<BedName, () => Promise<Bed>>> = {
  sqlite: openSqliteBed,
  postgres: openPostgresBed,
  vcsim: openVcsimBed,
  hyperv: openHypervBed,
  chat: openChatBed,
  evacuation: openEvacuationBed,
  'evacuation-vcsim': openEvacuationVcsimBed,
  'evacuation-hyperv': openEvacuationHypervBed,
};

/** Where each control dies, so that it fails by its nature and not by luck. */
const OWN_SEAM: Readonly<Record<Control, string>> = {
  look: 'acted',
  epoch: FROZEN,
  inbox: 'acknowledged#2',
  note: 'before posted slack',
  adopt: 'before posted teams',
};
/** A control fails every time. */
const CONTROL_TIMES = 2;
/** A click that is lost is not waited for as long as one that may come. */
const CONTROL_PATIENCE_MS = 25_000;

async function main(argv: readonly string[]): Promise<number> {
  const asked = readArguments(argv);
  if (!asked) {
    console.log(USAGE);
    return 2;
  }
  const startedAt = performance.now();
  await using bed = await BEDS[asked.bed]();
  await warmUp(bed);
  const end = asked.control ? await runControl(bed, asked.control) : await torture(bed, asked);
  console.log(`${end.line} (${toSeconds(performance.now() - startedAt)})`);
  return end.isAsMeant ? 0 : 1;
}

interface End {
  readonly line: string;
  readonly isAsMeant: boolean;
}

async function torture(bed: Bed, { instants, seed }: Arguments): Promise<End> {
  // As many at once as later, so that the instants fit the load.
  const calm = await runAll(
    bed,
    Array.from({ length: bed.atOnce }, (_, at) => goRound(bed, at)),
  );
  if (calm.some(({ violations }) => violations.length > 0)) {
    return { line: `torture ${bed.name}: violated without any kill`, isAsMeant: false };
  }
  const pathMs = Math.max(...calm.map((trial) => trial.pathMs));
  console.log(`Undisturbed it takes ${toSeconds(pathMs)}. Seed ${seed}.`);
  const random = createRandom(toSeedNumber(seed));
  const seams = chooseSeams(bed, instants, random);
  const slice = pathMs / Math.max(1, instants);
  const plans: Plan[] = [
    ...seams,
    ...Array.from({ length: instants }, (_, at) => {
      return { ...goRound(bed, at), atMs: (at + random.next()) * slice };
    }),
  ];
  const trials = [...calm, ...(await runAll(bed, plans))];
  const bad = trials.filter(({ violations }) => violations.length > 0).length;
  const kills = `${seams.length} seams and ${instants} random instants, seed ${seed}`;
  const verdict = bad === 0 ? 'nothing violated' : `${bad} of ${trials.length} trials violated`;
  return { line: `torture ${bed.name}: ${kills}: ${verdict}`, isAsMeant: bad === 0 };
}

/** In full size each seam on all its ways; else each once, on a way that is drawn. */
function chooseSeams(
  { seams, fullSize = FULL_SIZE }: Bed,
  instants: number,
  random: Random,
): readonly SeamOnWay[] {
  if (instants >= fullSize) return seams;
  return [...Map.groupBy(seams, ({ seam }) => seam).values()].flatMap((ways) => {
    return ways.length === 1
      ? ways
      : ways.slice(Math.floor(random.next() * ways.length)).slice(0, 1);
  });
}

/** The ways of a bed in turn. */
function goRound({ ways }: Bed, at: number): Pick<Plan, 'way'> {
  return ways ? { way: ways[at % ways.length] } : {};
}

async function runControl(bed: Bed, control: Control): Promise<End> {
  const seam = bed.ownSeams?.[control] ?? OWN_SEAM[control];
  const patienceMs = control === 'inbox' ? CONTROL_PATIENCE_MS : bed.patienceMs;
  const plans = Array.from({ length: CONTROL_TIMES }, (_, at) => {
    return { ...goRound(bed, at), seam, control };
  });
  const trials = await runAll({ ...bed, patienceMs }, plans);
  const isAsMeant = trials.every((trial) => trial.isPlayed && trial.violations.length > 0);
  const verdict = isAsMeant
    ? 'violations as expected'
    : 'NOT violated as it should be: the torture proves nothing';
  return { line: `control ${control} on ${bed.name}: ${verdict}`, isAsMeant };
}

async function runAll(bed: Bed, plans: readonly Plan[]): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  const queue = plans.values();
  const work = async () => {
    for (const plan of queue) {
      const trial = await runTrial(bed, plan);
      trials.push(trial);
      tell(trial, `${trials.length}/${plans.length}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bed.atOnce, plans.length) }, work));
  return trials;
}

function tell({ seam, way, atMs, violations, tookMs, pathMs }: Trial, number: string): void {
  const where = seam ?? (atMs === undefined ? 'undisturbed' : `after ${Math.round(atMs)} ms`);
  const verdict = violations.length === 0 ? 'ok' : 'VIOLATED';
  const times = `path ${toSeconds(pathMs)}, trial ${toSeconds(tookMs)}`;
  const onWay = way === undefined ? '' : ` ${way}`;
  console.log(`${number.padStart(6)}  ${where.padEnd(22)} ${verdict.padEnd(9)} ${times}${onWay}`);
  for (const violation of violations) console.log(`        ${violation}`);
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.log(`torture could not run: ${error instanceof Error ? error.message : error}`);
  return 1;
});
