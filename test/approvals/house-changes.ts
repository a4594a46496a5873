/** Of the start gate's tests: what others change on the platform, and what goes back to the approvers. */
import assert from 'node:assert/strict';
import type { PlatformConsole } from '#adapters/simulator/platform-console.ts';
import type { BoundsDifference } from '#core/plan/bounds.ts';
import type { PlanNote } from '#core/plan/plan.ts';
import { type Standing, start, vote } from './house-deeds.ts';
import type { House } from './open-house.ts';

export function changeWorld<T>(house: House, change: (console: PlatformConsole) => T): T {
  return house.lab.faults.changeByOthers('vc', change);
}

interface CameBack {
  readonly code: string;
  readonly differences: readonly BoundsDifference[];
  readonly blockers: readonly PlanNote[];
}

/** Back with the approvers: nothing starts, every vote is void, and the card has what differs. */
export function assertBack({ job, request, votes }: Standing): CameBack {
  const back = request.cameBack as unknown as CameBack;
  assert.deepEqual([job?.state, job?.code], ['superseded', 'outside_bounds']);
  assert.deepEqual(
    [request.state, request.revision, back.code, votes],
    ['open', 2, 'outside_bounds', []],
  );
  return back;
}

export async function agreeAgain(house: House, request: { id: string }): Promise<Standing> {
  for (const login of ['bob', 'eva']) await vote(house, request, login);
  return start(house, request);
}

export async function listStepInputs(house: House, { job }: Standing) {
  const steps = await house.store.read((reads) => reads.jobs.listSteps({ jobId: job?.id ?? '' }));
  return steps.map(({ input }) => input as Record<string, { handle?: string; identity?: string }>);
}

export function codesOf(notes: readonly PlanNote[] = []): string[] {
  return notes.map(({ code }) => code);
}
