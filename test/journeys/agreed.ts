/** A request that was agreed to, and whose job has not started: the time in which the world changes. */
import type { JobState } from '#core/jobs/job.ts';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { alterBy, createPeople, holdStarts, type People } from './alterations.ts';

export interface Agreed extends AsyncDisposable {
  readonly app: TestApp;
  readonly people: People;
  /** Lets J-1 start now, and answers how it ended. */
  start(): Promise<JobState>;
  /** The same people agree once more; answers how the job of that ended. */
  agreeAgain(voter?: string): Promise<JobState>;
}

export interface Agreeing {
  readonly voters?: readonly string[];
  readonly config?: string;
  /** Comes before the line is said. */
  readonly before?: (app: TestApp) => void;
}

/** Says the line, and the voters agree to it. */
export async function openAgreed(
  person: string,
  line: string,
  { voters = ['bob'], config, before }: Agreeing = {},
): Promise<Agreed> {
  const starts = holdStarts();
  const people = createPeople();
  const alter = alterBy(starts.alter, people.alter);
  const app = await openTestApp({ alter, ...(config ? { config } : {}) });
  before?.(app);
  const asked = await app.say(person, line);
  for (const voter of voters) await app.say(voter, 'approval approve R-1');
  const request = await app.drover.house.store.read((reads) => reads.requests.findByNumber(1));
  if (request?.state !== 'approved') {
    await app[Symbol.asyncDispose]();
    throw new Error(`not agreed to: ${textOf(asked)}`);
  }
  return {
    app,
    people,
    start() {
      starts.release();
      return app.jobEnd(1);
    },
    async agreeAgain(voter = 'bob') {
      await app.say(voter, 'approval approve R-1');
      return app.jobEnd(2);
    },
    async [Symbol.asyncDispose]() {
      starts.release();
      await app[Symbol.asyncDispose]();
    },
  };
}
