/** Composes the thread in which one rehearsal runs: a twin of a large cluster would hold up everybody else. */
import { parentPort, workerData } from 'node:worker_threads';
import { openTwin } from '#adapters/simulator/twin.ts';
import { OperationError } from '#core/errors.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import type { Rehearsal } from '#core/plan/rehearsal.ts';
import type { Twin } from '#core/ports/twin.ts';
import { rehearse, toTwinToken } from '#core/rehearsal/rehearse.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import type { RehearsalAnswer, RehearsalTask } from './rehearsal/rehearsal-task.ts';

async function run({ steps, estates, durations, capacities }: RehearsalTask): Promise<Rehearsal> {
  const byToken = new Map([...durations].map(([key, ms]) => [toTwinToken(key), ms]));
  const twin = openTwin({ estates, durationOf: (token) => byToken.get(token) });
  try {
    return await rehearse({
      steps,
      kinds: createStepKinds(listStepKinds(createTwinWorld(twin), twin.clock)),
      capacityOf: (key) => capacities.get(key),
      twin,
      signal: new AbortController().signal, // its caller ends the whole thread
    });
  } finally {
    await twin.close();
  }
}

/** There is no store: nothing that was rehearsed is learned. */
function createTwinWorld({ connections }: Twin): StepWorld {
  return {
    async changeable(id) {
      const connection = connections.get(id);
      if (!connection) throw new OperationError('not_reachable', 'not_started', { connection: id });
      return connection;
    },
    record: neverCalled,
    recordGone: neverCalled,
    chooseOtherHost: neverCalled,
  };
}

function neverCalled(): never {
  throw new Error('A rehearsal writes nothing.');
}

const answer = await run(workerData as RehearsalTask).then(
  (rehearsal): RehearsalAnswer => ({ rehearsal }),
  (error): RehearsalAnswer => ({ failure: error instanceof Error ? String(error.stack) : '' }),
);
parentPort?.postMessage(answer);
