/** One script on one host: its records make an answer, and whatever goes wrong says what became of it. */
import { type ErrorCode, type ErrorEnd, OperationError } from '#core/errors.ts';
import { toScriptError } from './faults.ts';
import { readRecord, type ScriptFault, type ScriptProgress } from './records.ts';
import {
  type JsonValue,
  RemoteError,
  type RemoteFailure,
  type RemoteRun,
  type RemoteScripts,
} from './remote-scripts.ts';
import type { HypervScript } from './scripts.ts';

export interface ScriptCall extends Pick<RemoteRun, 'signal' | 'timeLimitMs'> {
  readonly parameters?: Readonly<Record<string, JsonValue>>;
  readonly leave?: AbortSignal | undefined;
  /** Also the first sign that the script has begun to change something. */
  readonly onProgress?: (progress: ScriptProgress) => void;
}

interface Told {
  readonly out: unknown[];
  fault?: ScriptFault;
  hasEnded: boolean;
  /** The first line that no script of ours writes. */
  oddLine?: unknown;
}

/** @throws OperationError `not_started`, `refused` or `unknown`; of a script that only reads never `unknown` */
export async function callScript<Answer>(
  { host, scripts }: { readonly host: string; readonly scripts: RemoteScripts },
  script: HypervScript<Answer>,
  { parameters = {}, leave, onProgress, ...call }: ScriptCall,
): Promise<Answer> {
  const told: Told = { out: [], hasEnded: false };
  const onLine: RemoteRun['onLine'] = ({ stream, text }) => {
    if (stream === 'stdout') take(told, text, onProgress);
  };
  const isChange = script.acts !== 'none';
  const run = { ...call, script, isChange, parameters, onLine, ...(leave && { leave }) };
  try {
    await scripts.run(run);
  } catch (error) {
    throw toRemoteError(error, script, host);
  }
  if (told.fault) throw toScriptError(script, told.fault);
  return readAnswer(told, script, host);
}

function take(told: Told, text: string, onProgress: ScriptCall['onProgress']): void {
  try {
    const record = readRecord(text);
    if (record?.t === 'progress') onProgress?.(record.v);
    if (record?.t === 'out') told.out.push(record.v);
    if (record?.t === 'fault') told.fault = record.v;
    if (record?.t === 'end') told.hasEnded = true;
  } catch (error) {
    told.oddLine ??= error;
  }
}

function readAnswer<Answer>(
  { out, hasEnded, oddLine }: Told,
  script: HypervScript<Answer>,
  host: string,
): Answer {
  const [first] = out;
  const read = script.answer.safeParse(first);
  if (hasEnded && oddLine === undefined && out.length === 1 && read.success) return read.data;
  // Without its end nobody knows how far it came.
  const reason = hasEnded ? 'its answer is not as agreed' : 'it ended without an answer';
  const facts = { connection: host, script: script.name, reason };
  throw new OperationError('answer_not_understood', toEnd(script, 'unknown'), facts, {
    cause: oddLine ?? read.error,
  });
}

const CODES: Readonly<Record<RemoteFailure, ErrorCode>> = {
  aborted: 'cancelled',
  late: 'time_limit_reached',
  left_alone: 'not_reachable',
  not_connected: 'not_reachable',
  not_trusted: 'certificate_not_trusted',
  login_refused: 'login_refused',
  login_not_possible: 'login_refused',
  host_full: 'no_answer',
  no_answer: 'no_answer',
  cut: 'no_answer',
  odd_answer: 'answer_not_understood',
  refused: 'platform_refused',
  shell_lost: 'no_answer',
};

function toRemoteError(
  error: unknown,
  script: HypervScript<unknown>,
  host: string,
): OperationError {
  if (error instanceof OperationError) return error;
  const facts = { connection: host, script: script.name };
  if (!(error instanceof RemoteError))
    return new OperationError('unexpected', toEnd(script, 'unknown'), facts, { cause: error });
  const { failure, end, message: reason, faultCode } = error;
  const all = { ...facts, reason, ...(faultCode !== undefined && { fault: String(faultCode) }) };
  return new OperationError(CODES[failure], toEnd(script, end), all, { cause: error });
}

/** Whatever happened to one that only reads, nothing was changed. */
function toEnd({ acts }: HypervScript<unknown>, end: ErrorEnd): ErrorEnd {
  return acts === 'none' ? 'not_started' : end;
}
