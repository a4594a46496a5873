/** A run that was stopped, and what is known when taking it back fails. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RemoteError, type RemoteScripts } from '#adapters/hyperv/remote-scripts.ts';
import { createRuns } from '#adapters/hyperv/runs.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { type ErrorEnd, OperationError } from '#core/errors.ts';
import { newCall, patience } from '#test/contracts/connection-contract-actors.ts';

/** Begins, and ends when it is told to. */
const endless: RemoteScripts = {
  run: async ({ onLine, signal }) => {
    onLine({
      stream: 'stdout',
      text: '\u001e{"t":"progress","v":{"progress":"begun","percent":0}}',
    });
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    throw new RemoteError('aborted', 'unknown', 'ended');
  },
  close: async () => undefined,
};

describe('a run that is stopped', () => {
  const stop = async (takeBack: () => Promise<boolean>) => {
    const clock = { ...createClock(), pause: async () => undefined };
    const runs = createRuns('hv', clock);
    const host = { host: 'hv-1', scripts: endless };
    const deed = { host, script: SCRIPTS.moveVm, parameters: {}, timeLimitMs: 60_000, takeBack };
    const task = await runs.begin(deed, newCall());
    assert.ok(task !== undefined);
    const ended = runs.tasks.follow(task, newCall()).then(
      () => 'done',
      ({ code, end }: OperationError) => `${code} ${end}`,
    );
    await runs.tasks.cancel(task, patience());
    return ended;
  };

  it('is cancelled, done before, or unknown where the host does not say what is left', async () => {
    const fail = (end: ErrorEnd) => async () => {
      throw new OperationError('no_answer', end);
    };

    assert.equal(await stop(async () => true), 'cancelled_on_platform refused');
    assert.equal(await stop(async () => false), 'done');
    for (const end of ['not_started', 'refused', 'unknown'] as const)
      assert.equal(await stop(fail(end)), 'no_answer unknown', end);
  });
});
