import type { ErrorRequestHandler } from 'express';
import { OperationError } from '#core/errors.ts';

/** Taken from pino's logger. */
export interface ConsoleLog {
  error(facts: object, message: string): void;
}

/** What the page or a stranger did wrong, with the words for it where the code alone says too little. */
export class ConsoleRefusal extends Error {
  override readonly name = 'ConsoleRefusal';
  readonly status: number;
  readonly code: string;
  readonly text: string | undefined;

  constructor(status: number, code: string, text?: string) {
    super(code);
    this.status = status;
    this.code = code;
    this.text = text;
  }
}

/** What Express's own body reader says, in our codes. */
const bodyFaults: Readonly<Record<string, ConsoleRefusal>> = {
  'entity.too.large': new ConsoleRefusal(413, 'body_too_large', 'At most 64 KiB can be sent.'),
  'entity.parse.failed': new ConsoleRefusal(400, 'body_invalid'),
  'encoding.unsupported': new ConsoleRefusal(415, 'body_not_json'),
  'charset.unsupported': new ConsoleRefusal(415, 'body_not_json'),
};

/** Answers every error as `{ code, text? }`; logs those that are no refusal. */
export function answerError(log: ConsoleLog | undefined): ErrorRequestHandler {
  // Four parameters: Express tells error handlers by their number.
  return (error: unknown, request, response, _next) => {
    const { status, code, text } = toRefusal(error);
    if (status >= 500) log?.error({ err: error, path: request.path }, 'console request');
    if (response.headersSent) response.destroy();
    else response.status(status).json({ code, text });
  };
}

function toRefusal(error: unknown): ConsoleRefusal {
  if (error instanceof ConsoleRefusal) return error;
  if (error instanceof OperationError) return new ConsoleRefusal(503, error.code);
  const type = error instanceof Error && 'type' in error ? String(error.type) : '';
  return bodyFaults[type] ?? new ConsoleRefusal(500, 'unexpected');
}
