/** The main job, the same on every platform: asked by Ann, agreed by Bob, made, seen. */
import type { Stage } from './stage.ts';

export interface MainJob {
  /** Ann's line. */
  readonly create: string;
  readonly name: string;
}

/** Answers what did not go as it should; the platform itself is asked by the caller. */
export async function playMainJob(stage: Stage, { create, name }: MainJob): Promise<string[]> {
  const codes: [string, number, number][] = [];
  const say = async (person: string, line: string, expected: number) => {
    codes.push([`${person}: ${line}`, await stage.say(person, line), expected]);
  };
  await say('ann', create.replace('--memory', '--memroy'), 1);
  await waitUntil(stage, 'ann', `${create} --plan`);
  stage.note('Ann asks; meanwhile Bob looks and agrees');
  const asked = say('ann', create, 0);
  await waitUntil(stage, 'bob', 'approval show R-1');
  await say('ann', 'approval approve R-1', 1);
  await say('bob', 'approval show R-1', 0);
  await say('bob', 'approval approve R-1', 0);
  await asked;
  await say('bob', 'approval approve R-1', 1);
  await say('ann', `vm show ${name}`, 0);
  await say('carl', 'job list', 0);
  return codes.flatMap(([line, code, expected]) =>
    code === expected ? [] : [`"${line}" ended with ${code} instead of ${expected}`],
  );
}

/** However fast a terminal is: a number of tries would be over sooner where everything is faster but the platform. */
const WITHIN_MS = 120_000;

/** Asked until it is there, the estate read or the request made. */
async function waitUntil(stage: Stage, person: string, line: string): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while (performance.now() < end) {
    if ((await stage.say(person, line)) === 0) return;
  }
  throw new Error(`"${line}" never came to anything`);
}
