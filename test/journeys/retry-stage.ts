/** Ann's new VM, agreed to by Bob, whose making or start its platform refused once: J-1 has failed. */
import { openTestApp, type TestApp, type TestAppOptions } from '#test/helpers/open-test-app.ts';
import { type Alter, alterBy, hurry } from './alterations.ts';

export const CREATE = 'vm create web-07 --template ubuntu-24';

export interface FailedWish extends Omit<TestAppOptions, 'alter'> {
  /** Left out: its start. */
  readonly refuse?: 'clone' | 'start';
  readonly alter?: Alter;
}

export async function openFailed({
  refuse = 'start',
  alter,
  ...options
}: FailedWish = {}): Promise<TestApp> {
  const app = await openTestApp({ ...options, alter: alter ? alterBy(hurry, alter) : hurry });
  app.drover.lab?.faults.refuse(refuse, 'not_enough_memory');
  await app.say('ann', CREATE);
  await app.say('bob', 'approval approve R-1');
  const state = await app.jobEnd(1);
  if (state === 'failed') return app;
  await app[Symbol.asyncDispose]();
  throw new Error(`J-1 is ${state}`);
}
