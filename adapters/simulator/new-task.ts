/** How a task comes to be: ordered by a client, or by the platform itself. */
import { OperationError } from '#core/errors.ts';
import { type Deed, deedOf } from './deeds/deeds.ts';
import type { Draft } from './draft.ts';
import type { DeedInputs, DeedName, LabTask, Twist } from './task.ts';

export interface Acceptance<D extends DeedName> {
  readonly connectionId: string;
  readonly deed: D;
  readonly input: DeedInputs[D];
  readonly stepToken: string;
  readonly twist?: Twist | undefined;
  /** On top of the usual time, not scaled. */
  readonly lateMs?: number | undefined;
}

/** How long tasks take. */
export interface Pace {
  /** How many times faster than real machines; 0: at once. */
  readonly speed: number;
  /** Milliseconds for what a client ordered, whatever the speed; undefined: as the deed usually takes. */
  readonly durationOf?: ((stepToken: string) => number | undefined) | undefined;
}

/** @throws OperationError as the deed's check says. */
export function placeTask<D extends DeedName>(
  draft: Draft,
  acceptance: Acceptance<D>,
  acceptedAt: number,
  pace: Pace,
): LabTask {
  const { deed: name, input, twist } = acceptance;
  const deed: Deed<D> = deedOf(name);
  deed.check(draft, input);
  const same = deed.findSame?.(draft, input);
  if (same) return same;
  const task = toTask(draft, deed, acceptance, acceptedAt, pace);
  draft.putTask(task);
  if (twist?.twist !== 'without_effect' || twist.part !== 'all') deed.begin?.(draft, input);
  return task;
}

function toTask<D extends DeedName>(
  draft: Draft,
  deed: Deed<D>,
  { lateMs = 0, ...acceptance }: Acceptance<D>,
  acceptedAt: number,
  { speed, durationOf }: Pace,
): LabTask {
  const { input, stepToken } = acceptance;
  const usualMs = speed === 0 ? 0 : Math.ceil(deed.realDurationMs(draft, input) / speed);
  return {
    ...acceptance,
    id: draft.newTaskId(),
    state: 'queued',
    acceptedAt,
    durationMs: lateMs + (durationOf?.(stepToken) ?? usualMs),
    uses: deed.uses(input, draft),
    holds: deed.holds(input),
  } as unknown as LabTask;
}

/** What the platform cannot do by itself it leaves, and asks nobody. */
export function placeOrders(draft: Draft, at: number, pace: Pace): void {
  const { id: connectionId } = draft.platform;
  for (let order = draft.nextOrder(); order; order = draft.nextOrder()) {
    const ordered = order(draft);
    if (!ordered) continue;
    try {
      placeTask(draft, { ...ordered, connectionId, stepToken: 'platform' }, at, pace);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
    }
  }
}
