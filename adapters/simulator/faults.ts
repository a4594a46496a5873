/**
 * What can go wrong on a platform, to order: for tests, walks and demonstrations.
 *
 * A fault waits for the next call of its method (`count` calls, if said) that fits its aim.
 */
import type { ErrorCode } from '#core/errors.ts';
import type { LabClock } from './clock.ts';
import type { Cut, Gateway } from './gateway.ts';
import type { Aim, FaultKind, LabMethod, PlannedFaults } from './planned-faults.ts';
import { createPlatformConsole, type PlatformConsole } from './platform-console.ts';
import type { DeedName, MidMove, Part, Twist } from './task.ts';
import { commitSafely, type TaskEngine } from './task-engine.ts';
import type { World } from './world.ts';

export interface LabFaults {
  /** The platform says no at once. */
  refuse(method: LabMethod, code: ErrorCode, aim?: Aim): void;
  /** The platform accepts it, and the task fails when it is due. */
  failTask(deed: DeedName, code: ErrorCode, aim?: Aim): void;
  /** `before`: the call is lost. `after`: it is carried out, its answer is lost (of `follow`: after the end). */
  dropAnswer(method: LabMethod, how: DropAnswer): void;
  /** The task ends so much later than usual; real time, not scaled. */
  finishLate(deed: DeedName, ms: number, aim?: Aim): void;
  /** The task says done; a part of the wish, or all of it, did not happen. */
  succeedWithoutEffect(deed: DeedName, part?: Part, aim?: Aim): void;
  /** It happened, and the task says failed. */
  failWithEffect(deed: DeedName, code?: ErrorCode, aim?: Aim): void;
  /** The task fails and leaves half of it. */
  halfEffect(deed: DeedName, code?: ErrorCode, aim?: Aim): void;
  /** The VM asks in the middle, until `answerQuestion` at the console. */
  ask(deed: Exclude<DeedName, 'clone' | 'shutdownGuest'>, question: string, aim?: Aim): void;
  /** `findByToken` cannot tell. */
  hideToken(aim?: Aim): void;
  /** `findMove` cannot tell. */
  hideMove(aim?: Aim): void;
  /** A move fails and leaves a second, stopped VM on its target; with `sourceLost` the first host is away then (H15). */
  leaveCopy(how?: Aim & { readonly code?: ErrorCode; readonly sourceLost?: boolean }): void;
  /** It ends a move when so much of it is done: the guest goes off, a host dies (its VMs start elsewhere). */
  endMove(by: MidMove, percent?: number, aim?: Aim): void;
  disconnect(connectionId: string, how?: Cut): void;
  reconnect(connectionId: string): void;
  /** Marks are of no use any more, and what waits ends with `session_lost`. */
  loseSession(connectionId: string): void;
  /** The platform lists none of the tasks that there are now. What they do goes on. */
  forgetTasks(connectionId: string): void;
  /** Somebody else changes the platform: now, or right before the next call of a method is carried out. */
  changeByOthers<T>(connectionId: string, change: (console: PlatformConsole) => T): T;
  changeByOthersBefore(
    method: LabMethod,
    change: (console: PlatformConsole) => void,
    aim: Aim & { readonly connectionId: string },
  ): void;
  /** Faults that no call has met yet, in words. */
  unused(): readonly string[];
}

export interface DropAnswer extends Aim {
  readonly when: 'before' | 'after';
  /** With `after`: the call reaches the platform only so much later. Not for `follow`. */
  readonly arrivesAfterMs?: number | undefined;
}

export interface FaultParts {
  readonly planned: PlannedFaults;
  readonly world: World;
  readonly engine: TaskEngine;
  readonly clock: LabClock;
  gatewayOf(connectionId: string): Gateway;
  forgetTasks(connectionId: string): void;
}

export function createLabFaults(parts: FaultParts): LabFaults {
  const { planned, world, engine, clock } = parts;
  const plan = (method: LabMethod, fault: FaultKind, aim: Aim = {}) =>
    planned.plan(method, fault, aim);
  const twist = (deed: DeedName, it: Twist, aim?: Aim) =>
    plan(deed, { kind: 'twist', twist: it }, aim);
  const changeNow = <T>(connectionId: string, change: (console: PlatformConsole) => T): T =>
    engine.change(connectionId, (draft) => change(createPlatformConsole(draft, clock.now())));

  return {
    refuse: (method, code, aim) => plan(method, { kind: 'refuse', code }, aim),
    failTask: (deed, code, aim) => twist(deed, { twist: 'fail', code }, aim),
    dropAnswer: (method, { when, arrivesAfterMs, ...aim }) =>
      plan(method, { kind: 'drop', when, arrivesAfterMs }, aim),
    finishLate: (deed, lateMs, aim) => plan(deed, { kind: 'late', lateMs }, aim),
    succeedWithoutEffect: (deed, part = 'all', aim) =>
      twist(deed, { twist: 'without_effect', part }, aim),
    failWithEffect: (deed, code = 'platform_refused', aim) =>
      twist(deed, { twist: 'fail_with_effect', code }, aim),
    halfEffect: (deed, code = 'platform_refused', aim) =>
      twist(deed, { twist: 'half_effect', code }, aim),
    ask: (deed, question, aim) => twist(deed, { twist: 'ask', question }, aim),
    hideToken: (aim) => plan('findByToken', { kind: 'cannot_tell' }, aim),
    hideMove: (aim) => plan('findMove', { kind: 'cannot_tell' }, aim),
    leaveCopy: ({ code = 'platform_refused', sourceLost = false, ...aim } = {}) =>
      twist('move', { twist: 'leave_copy', code, sourceLost }, aim),
    endMove: (by, percent = 60, aim) => twist('move', { twist: by, percent }, aim),
    disconnect: (id, how = 'not_reachable') => parts.gatewayOf(id).cut(how),
    reconnect: (id) => parts.gatewayOf(id).open(),
    loseSession(id) {
      commitSafely(world, id, (draft) =>
        draft.putPlatform({ ...draft.platform, epoch: draft.platform.epoch + 1 }),
      );
      parts.gatewayOf(id).lose('session_lost');
    },
    forgetTasks: parts.forgetTasks,
    changeByOthers(id, change) {
      engine.settle();
      const answer = changeNow(id, change);
      engine.settle();
      return answer;
    },
    changeByOthersBefore: (method, change, aim) =>
      plan(method, { kind: 'others', change: () => changeNow(aim.connectionId, change) }, aim),
    unused: () => planned.unused(),
  };
}
