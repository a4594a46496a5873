/**
 * How the time of the model and that of the machine go together on a site: the model's clock runs by itself, and a script
 * really waits for what takes time in the model.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnswerCmdlet, CUT } from '../powershell/cmdlet-call.ts';
import type { WorldClock } from '../world/clock.ts';

export interface ModelTimeOptions {
  /** Real milliseconds for one that the model waits: a guest's shutdown takes it 20 s. 0: nobody waits. */
  readonly timeFactor?: number | undefined;
  /** Real milliseconds before a cmdlet has its effect. */
  readonly takesMs?: Readonly<Record<string, number>> | undefined;
  /** A cmdlet has its effect only then, where a test says when. */
  readonly waitsFor?: Readonly<Record<string, Promise<unknown>>> | undefined;
}

/** Without an effect where `signal` ends the wait before it. */
export type SlowDown = (answer: AnswerCmdlet, signal: AbortSignal) => AnswerCmdlet;

export function createModelTime(clock: WorldClock, options: ModelTimeOptions): SlowDown {
  const { timeFactor = 0, takesMs = {}, waitsFor = {} } = options;
  let last = performance.now();
  const goOn = () => {
    const ms = Math.floor(performance.now() - last);
    clock.advance(ms);
    last += ms;
  };
  return (answer, signal) => async (call) => {
    const first = takesMs[call.cmdlet] ?? 0;
    if (first > 0 && !(await waited(first, signal))) return CUT;
    const until = waitsFor[call.cmdlet];
    if (until && !signal.aborted) await Promise.race([until, once(signal, 'abort')]);
    if (signal.aborted) return CUT;
    goOn();
    const before = clock.now();
    const answered = await answer(call);
    const inModelMs = clock.now() - before;
    if (inModelMs * timeFactor < 1) return answered;
    return (await waited(inModelMs * timeFactor, signal)) ? answered : CUT;
  };
}

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return await pause(ms, true, { signal }).catch(() => false);
}
