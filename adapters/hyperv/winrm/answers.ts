/**
 * What is read of a host's answers, and its faults by number.
 *
 * @see MS-WSMV 2.2.4 and 3.1.4; numbers of faults: wsmerror.h
 */
import { z } from 'zod';
import { RemoteError } from '../remote-scripts.ts';
import type { Reply } from './channel.ts';
import { type Element, find, readXml } from './read-xml.ts';

/** ERROR_WSMAN_OPERATION_TIMEDOUT: nothing to say yet, ask again. */
export const STILL_RUNNING = 2_150_858_793;
/** ERROR_WSMAN_INVALID_SELECTORS: a shell or a command that the host knows no more. */
export const SHELL_LOST = 2_150_858_843;
/** ERROR_WSMAN_QUOTA_MAX_SHELLS_USERS. */
export const TOO_MANY_SHELLS = 2_150_859_173;
/** ERROR_WSMAN_QUOTA_MAX_OPERATIONS_USER. */
export const TOO_MANY_OPERATIONS = 2_150_859_174;

/** Ids are written back into requests, so they have to look like ids. */
const Id = z.string().regex(/^[0-9A-Za-z-]{1,80}$/);
/** Windows' exit codes are 32 bits, written signed or not. */
const ExitCode = z
  .string()
  .regex(/^-?\d{1,10}$/)
  .transform(Number);
const Base64 = z.string().transform((text) => Buffer.from(text, 'base64'));

/** The body of an answer. @throws RemoteError `refused` with the fault's number, and what its number stands for */
export function readBody(reply: Reply): Element {
  const body = find(readXml(reply.body.toString('utf8')), 'Body');
  const fault = find(body, 'Fault');
  if (fault) throw toFaultError(fault);
  if (reply.status !== 200 || !body)
    throw odd(`HTTP status ${reply.status} without an answer of WinRM`);
  return body;
}

function toFaultError(fault: Element): RemoteError {
  const said = find(fault, 'Detail', 'WSManFault')?.attributes.Code ?? '';
  const code = /^\d{1,10}$/.test(said) ? Number(said) : undefined;
  const words = (find(fault, 'Reason', 'Text')?.text ?? '').replace(/\s+/g, ' ').trim();
  const reason = `fault ${code ?? 'without a number'}: ${words.slice(0, 300)}`;
  return new RemoteError(FAILURES.get(code) ?? 'refused', 'refused', reason, code);
}

const FAILURES = new Map<number | undefined, RemoteError['failure']>([
  [SHELL_LOST, 'shell_lost'],
  [TOO_MANY_SHELLS, 'host_full'],
  [TOO_MANY_OPERATIONS, 'host_full'],
]);

/** Of Create: the id stands among the selectors of what was created (2008 R2), later versions repeat it in the shell. */
export function readShellId(body: Element): string {
  const selectors = find(body, 'ResourceCreated', 'ReferenceParameters', 'SelectorSet');
  const named = selectors?.children.find((it) => it.attributes.Name === 'ShellId');
  return check(Id, named?.text ?? find(body, 'Shell', 'ShellId')?.text, 'the id of a shell');
}

export function readCommandId(body: Element): string {
  return check(Id, find(body, 'CommandResponse', 'CommandId')?.text, 'the id of a command');
}

export interface Received {
  readonly pieces: readonly { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer }[];
  /** Once the command has ended. */
  readonly exitCode: number | undefined;
}

export function readReceived(body: Element): Received {
  const response = find(body, 'ReceiveResponse');
  if (!response) throw odd('an answer to Receive without a ReceiveResponse');
  const pieces = response.children.flatMap(({ name, attributes, text }) => {
    if (name !== 'Stream' || text === '') return [];
    const stream = check(z.enum(['stdout', 'stderr']), attributes.Name, 'the name of a stream');
    return { stream, bytes: check(Base64, text, 'output') };
  });
  // Several states may come in one answer: that of Done has the code.
  const done = response.children.find(
    ({ name, attributes }) => name === 'CommandState' && attributes.State?.endsWith('/Done'),
  );
  if (!done) return { pieces, exitCode: undefined };
  return { pieces, exitCode: check(ExitCode, find(done, 'ExitCode')?.text ?? '0', 'an exit code') };
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw odd(`the answer lacks ${what}`);
}

function odd(reason: string): RemoteError {
  return new RemoteError('odd_answer', 'unknown', reason);
}
