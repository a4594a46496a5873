/**
 * Asks vCenter whether a move could be made now; changes nothing.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.vm.check.ProvisioningChecker.html
 */
import type { z } from 'zod';
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { TaskFacet, TaskRef } from '#core/ports/connection.ts';
import type { MoveFinding, MoveWish } from '#core/ports/moving.ts';
import { type CheckResult, CheckTask } from './deed-schema.ts';
import { toReadError } from './faults.ts';
import { readMoveParts } from './move-parts.ts';
import { assertWish, toCheck } from './move-spec.ts';
import { readObjects, toProperties } from './properties.ts';
import { type LocalizedFault, MoRef } from './schema.ts';
import type { Login, Session } from './session.ts';
import { PostError } from './soap/post.ts';
import { toShape } from './soap/shape.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';
import { toReference } from './views.ts';

interface CheckParts {
  readonly soap: SoapClient;
  readonly session: Session;
  readonly tasks: TaskFacet;
}

interface Question {
  readonly vm: ObjectRef;
  readonly wish: MoveWish;
  readonly signal: AbortSignal;
}

/** @throws OperationError (not started) */
export async function checkMove(
  { soap, session, tasks }: CheckParts,
  question: Question,
): Promise<readonly MoveFinding[]> {
  const { vm, wish, signal } = question;
  try {
    assertWish(vm, wish);
    const task = await session.run((login) => sendCheck(soap, login, question), signal);
    await tasks.follow(task, { stepToken: '', signal, onProgress() {} });
    return await session.run((login) => readFindings(soap, login, task, signal), signal);
  } catch (error) {
    // Whatever became of the question: nothing was changed by it.
    const { code, facts } = toReadError(error, { vm: vm.handle });
    throw new OperationError(code, 'not_started', facts, { cause: error });
  }
}

async function sendCheck(soap: SoapClient, login: Login, question: Question): Promise<TaskRef> {
  const { vm, wish, signal } = question;
  const checker = login.content.vmProvisioningChecker;
  if (!checker) throw new OperationError('not_supported', 'not_started', { vm: vm.handle });
  const { operation, args } = toCheck(vm, wish, await readMoveParts(soap, login, question));
  const _this = toWireRef(checker);
  const returns = toShape(MoRef);
  return toReference(await soap.call({ operation, args: { _this, ...args }, returns, signal }))
    .value;
}

const WANTED = { Task: CheckTask };

async function readFindings(
  soap: SoapClient,
  login: Login,
  task: TaskRef,
  signal: AbortSignal,
): Promise<readonly MoveFinding[]> {
  const starts = [{ object: { type: 'Task', value: task } }];
  const [content] = await readObjects(soap, login, { wanted: WANTED, starts, signal });
  const results = content && toProperties(CheckTask, content).properties['info.result'];
  // No result is no leave to move.
  if (!results?.length) throw new PostError('odd_answer', true, 'the check has no result');
  return results.flatMap(toFindings);
}

function toFindings({ error = [], warning = [] }: z.infer<typeof CheckResult>): MoveFinding[] {
  return [
    ...error.map((fault) => toFinding('error', fault)),
    ...warning.map((fault) => toFinding('warning', fault)),
  ];
}

function toFinding(
  severity: MoveFinding['severity'],
  { fault, localizedMessage }: z.infer<typeof LocalizedFault>,
): MoveFinding {
  const code = fault?._type || 'MethodFault';
  return { severity, code, words: localizedMessage || code };
}
