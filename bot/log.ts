/** Drover's log: pino, JSON lines on standard error, with whatever may hold a secret left out. */
import { type Logger, pino } from 'pino';
import { OperationError } from '#core/errors.ts';
import { ERROR_WORDS } from './words/en/error-words.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Keys that may hold a secret, at any place of a logged object down to four levels. */
const SECRET = [
  'password',
  'secret',
  'token',
  'cookie',
  'authorization',
  'key',
  'config',
  'request',
  'response',
];
const paths = SECRET.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

export function createLog(level: string): Logger {
  const destination = pino.destination({ fd: 2, sync: true });
  return pino(
    { level, base: null, redact: { paths, censor: '[left out]' }, serializers: { error: toLine } },
    destination,
  );
}

/** Name, code, words and stack; causes by their message only, since foreign errors carry requests and answers. */
function toLine(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  const words =
    error instanceof OperationError ? { words: ERROR_WORDS[error.code](error.facts) } : {};
  return {
    name,
    message,
    ...code,
    ...words,
    stack,
    ...(cause instanceof Error ? { cause: cause.message } : {}),
  };
}
