/** A cancel on its way: from whoever asks for it to the step under way, and from there to the platform. */
import { type OperationError, toOperationError } from '../errors.ts';
import { ACT_LIMIT_MS, type Holding, LOOK_LIMIT_MS, toCall } from './conclude.ts';

const AGAIN = 'asked_again';

/** The first tells a step that its job is cancelled; each later one lets it ask the platform once more. */
export function passOn(cancel: AbortController): void {
  if (cancel.signal.aborted) cancel.signal.dispatchEvent(new Event(AGAIN));
  else cancel.abort();
}

/** `undefined`: the platform took it. */
type OnAnswer = (error: OperationError | undefined) => Promise<void>;

/**
 * Sends each cancel to the platform while `task` is followed, and tells what was said to it.
 *
 * Nobody has to know whether an earlier one arrived: a cancel names its task, so a second one changes nothing where the
 * first was taken, and can hit nothing else. What it comes to is read from the platform when the task is over.
 *
 * Answers what ends it: from then on nothing is sent, and what was told is written.
 */
export function sendCancels(
  holding: Holding,
  task: string,
  onAnswer: OnAnswer,
): () => Promise<void> {
  const { cancelled, kind, loop } = holding;
  // What is none of the platform's cannot be ended there: it was told to a guest, and no more is known of it.
  if (!kind.stop || kind.isTaskOwn) return () => Promise.resolve();
  let isOver = false;
  let isSending = false;
  let told: Promise<void> = Promise.resolve();

  async function send(isAgain: boolean): Promise<void> {
    // The same order is under way: its answer is this one's too.
    if (isSending || isOver) return;
    isSending = true;
    // It may have ended while it was looked at.
    if (!isAgain || ((await mayStillRun(holding, task)) && !isOver)) {
      const answer = await stopTask(holding, task);
      // A process that ends has not been answered, and after the step's end nothing may be written.
      if (!isOver && !loop.stopSignal.aborted) told = onAnswer(answer);
    }
    isSending = false;
  }
  const onFirst = () => void send(false);
  const onAgain = () => void send(true);
  if (cancelled.aborted) onFirst();
  cancelled.addEventListener('abort', onFirst, { once: true });
  cancelled.addEventListener(AGAIN, onAgain);

  return () => {
    isOver = true;
    cancelled.removeEventListener('abort', onFirst);
    cancelled.removeEventListener(AGAIN, onAgain);
    return told;
  };
}

async function stopTask(holding: Holding, task: string): Promise<OperationError | undefined> {
  const { kind, step } = holding;
  try {
    await kind.stop?.(task, step.input, toCall(holding, ACT_LIMIT_MS));
    return undefined;
  } catch (error) {
    return toOperationError(error);
  }
}

/** It looks before it sends again: of what is over the platform would only say that it is. */
async function mayStillRun(holding: Holding, task: string): Promise<boolean> {
  const { kind, step } = holding;
  if (kind.evidence === 'none') return true;
  try {
    const { found } = await kind.look(step.input, toCall(holding, LOOK_LIMIT_MS), task);
    return found !== 'done' && found !== 'gone';
  } catch {
    // A look that fails says nothing of the task.
    return true;
  }
}
