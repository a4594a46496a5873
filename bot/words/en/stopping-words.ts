/** A job that was told to stop and has not ended yet. */
import type { CancelAnswer } from '#core/jobs/cancel-answer.ts';
import { plural } from '../units.ts';

export const STOPPING_WORDS = {
  stopping: 'stopping',
  /** In a list, and beside its request. */
  listed: 'is being stopped',
  needsAnswer: 'stopping, needs an answer',
  notTaken: 'stopping, the cancel was not taken',
  waits: ({
    job,
    vms,
    connection = 'its platform',
  }: {
    readonly job: string;
    readonly vms: readonly string[];
    readonly connection?: string | undefined;
  }) =>
    `The cancel waits for what the platform asks about ${vms.join(', ')}. Whoever may answer at the console of ${connection} does; once it is answered, ${job} ends with what is there then. Drover answers nothing by itself.`,
  answered: (job: number) => `J-${job} is being stopped`,
  answeredAgain: (job: number) => `J-${job} is being stopped; its platform is asked once more`,
  moreNotTaken: (count: number) => `The same of ${plural(count, 'more step')}.`,
} as const;

export interface NotTaken {
  readonly job: string;
  readonly deed: string;
  readonly connection: string;
  readonly at: string;
  readonly answer: Pick<CancelAnswer, 'code' | 'end'>;
  /** The platform's own words. */
  readonly reason: string;
}

/** What was said to a cancel, what becomes of the job, and what to do. */
export function toNotTakenWords({ job, deed, connection, at, answer, reason }: NotTaken): string {
  const goesOn = `It goes on, and ${job} ends with what is there then.`;
  const again = `To send the cancel once more: job cancel ${job}`;
  if (answer.end === 'unknown')
    return `${connection} has not answered the cancel of “${deed}” (${at}): whether it took it shows with the end, which is read back. ${again}`;
  if (answer.end === 'not_started')
    return `The cancel of “${deed}” did not reach ${connection} (${at}): ${reason} ${goesOn} ${again}`;
  if (answer.code === 'not_supported')
    return `${connection} refused the cancel of “${deed}” (${at}): it does not let that be cancelled. ${goesOn} There is nothing to do but wait for it; another cancel (job cancel ${job}) would be refused as well.`;
  return `${connection} refused the cancel of “${deed}” (${at}): ${reason} ${goesOn} ${again}`;
}

/** The button, and what whoever presses it is asked first. */
export function toCancelWords(job: number, isAgain: boolean): { label: string; confirm: string } {
  const ends = 'What is under way is stopped where the platform can, and the end is read back.';
  return isAgain
    ? { label: 'Cancel again…', confirm: `Send the cancel of J-${job} once more? ${ends}` }
    : { label: 'Cancel…', confirm: `Stop J-${job}? ${ends}` };
}
