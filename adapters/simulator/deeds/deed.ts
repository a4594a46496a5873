/** What every change that the lab's platforms can do declares. */
import type { Draft, PlatformView } from '../draft.ts';
import type { DeedInputs, DeedName, LabTask, Part } from '../task.ts';

/** What goes wrong in the effect; nothing by default. */
export interface Flaw {
  readonly leaveOut?: Part | undefined;
  readonly half?: boolean | undefined;
}

export interface Deed<D extends DeedName> {
  /**
   * Refuses what the platform refuses before it begins. Is asked again when the task is due, unless `recheck` is there.
   *
   * @throws OperationError `not_started` when handle and identity disagree, else `refused`.
   */
  check(view: PlatformView, input: DeedInputs[D]): void;
  /** Refuses, when the task is due, what cannot be any more. */
  recheck?(view: PlatformView, input: DeedInputs[D]): void;
  /** The task that does the same already: it answers for this one too. */
  findSame?(view: PlatformView, input: DeedInputs[D]): LabTask | undefined;
  /** Writes what is in effect from the moment it is accepted. */
  begin?(draft: Draft, input: DeedInputs[D]): void;
  /** Takes that back, when the task fails or is cancelled. */
  undo?(draft: Draft, input: DeedInputs[D]): void;
  /** The task that it ends before its own effect. */
  findEnded?(view: PlatformView, input: DeedInputs[D]): LabTask | undefined;
  /** The platform waits until then, without a limit. */
  isReady?(view: PlatformView, input: DeedInputs[D]): boolean;
  /** On real machines; the lab's speed comes on top. */
  realDurationMs(view: PlatformView, input: DeedInputs[D]): number;
  /** Handles of the VMs that no other task may touch meanwhile. */
  holds(input: DeedInputs[D]): readonly string[];
  /** Places it takes, `host host-11`; only so many tasks have one at once. */
  uses(input: DeedInputs[D], view: PlatformView): readonly string[];
  readonly canBeCancelled: boolean;
  /** Writes the effect; answers the handle of what was made. Called right after `check`. */
  apply(draft: Draft, input: DeedInputs[D], stepToken: string, flaw: Flaw): string | undefined;
}
