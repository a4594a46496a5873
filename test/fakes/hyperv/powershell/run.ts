/** One script in the kept PowerShell. */
import { type AnswerCmdlet, type Answered, CUT, type JobChange } from './cmdlet-call.ts';
import type { ErrorMessage, FromPowerShell } from './messages.ts';

export interface PwshRun {
  readonly script: string;
  /** Standard input, whole. */
  readonly input: string;
  /** Of the thread, as the host's settings make it: `de-DE`. */
  readonly culture: string;
  /** Drive letters and the folders that stand for them: `Copy-Item` and `Test-Path` really happen there. */
  readonly drives: Readonly<Record<string, string>>;
  readonly answer: AnswerCmdlet;
  /** Each line of standard output, as it comes. */
  readonly onLine?: (line: string) => void;
  /** What a progress bar would say. */
  readonly onProgress?: (activity: string) => void;
  /** Ends it in the middle. */
  readonly signal?: AbortSignal;
}

export interface RunEnd {
  readonly exitCode: number;
  /** It was cut in the middle. */
  readonly isCut: boolean;
  readonly lines: readonly string[];
  /** What PowerShell wrote as errors, past the script's records. */
  readonly errors: readonly ErrorMessage[];
  /** Names of the cmdlets that asked the model, in order. */
  readonly cmdlets: readonly string[];
}

const longestMs = 120_000;

export interface OneRun {
  begin(): Promise<RunEnd>;
  take(message: FromPowerShell): void;
  fail(error: Error): void;
}

export function createRun(id: string, run: PwshRun, send: (message: object) => void): OneRun {
  const { promise, resolve, reject } = Promise.withResolvers<RunEnd>();
  const lines: string[] = [];
  const errors: ErrorMessage[] = [];
  const cmdlets: string[] = [];
  let modelFault: unknown;

  const ask = async (message: FromPowerShell & { t: 'call' }): Promise<Answered> => {
    const { cmdlet, set, bound } = message;
    cmdlets.push(cmdlet);
    try {
      const pushJob = (job: string, change: JobChange) => send({ t: 'job', id, job, ...change });
      return await run.answer({ cmdlet, parameterSet: set, bound, pushJob });
    } catch (error) {
      modelFault ??= error;
      return {
        errors: [
          { id: 'ModelFault', category: 'NotSpecified', message: 'model', terminating: true },
        ],
      };
    }
  };
  const answer = async (message: FromPowerShell & { t: 'call' }) => {
    const answered = await ask(message);
    if (answered === CUT) send({ t: 'stop', id });
    else send({ t: 'answer', id, call: message.call, ...answered });
  };
  const end = (message: FromPowerShell & { t: 'done' }) => {
    // The model could not answer: the test is wrong, not the script.
    if (modelFault !== undefined) reject(modelFault);
    else if (message.crash !== undefined) reject(new Error(message.crash));
    else {
      const { exitCode, stopped: isCut } = message;
      resolve({ exitCode, isCut, lines, errors, cmdlets });
    }
  };
  return {
    begin: async () => {
      const timer = setTimeout(reject, longestMs, new Error('the script did not end'));
      const { script, input, culture, drives } = run;
      const stop = () => send({ t: 'stop', id });
      send({ t: 'run', id, script, input, culture, drives });
      if (run.signal?.aborted) stop();
      run.signal?.addEventListener('abort', stop, { once: true });
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        run.signal?.removeEventListener('abort', stop);
      }
    },
    take: (message) => {
      if (message.t === 'stdout') {
        lines.push(message.text);
        run.onLine?.(message.text);
      } else if (message.t === 'progress') run.onProgress?.(message.text);
      else if (message.t === 'error') errors.push(message);
      else if (message.t === 'done') end(message);
      else if (message.t === 'call') void answer(message);
    },
    fail: reject,
  };
}
