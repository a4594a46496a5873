/** Faults as an operator writes them under `lab.faults`: for walks and for servers that a test starts. */
import { z } from 'zod';
import { ERROR_CODES } from '#core/errors.ts';
import type { LabFaults } from './faults.ts';
import { CUTS } from './gateway.ts';
import { type Aim, LAB_METHODS } from './planned-faults.ts';
import { type DeedName, PARTS } from './task.ts';

const aim = {
  count: z.int().min(1).optional(),
  connection: z.string().optional(),
  vm: z.string().optional(),
};
const deed = z.enum([
  ...['start', 'stop', 'shutdownGuest', 'save', 'pause', 'resume'],
  ...['clone', 'detachDisks', 'delete', 'addDisk', 'setNic'],
] as const satisfies readonly DeedName[]);
const method = z.enum(LAB_METHODS);
const code = z.enum(ERROR_CODES);

export const LabFault = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('refuse'), method, code, ...aim }),
  z.strictObject({ fault: z.literal('fail_task'), method: deed, code, ...aim }),
  z.strictObject({
    fault: z.literal('drop_answer'),
    method,
    when: z.enum(['before', 'after']),
    arrivesAfterMs: z.int().min(0).optional(),
    ...aim,
  }),
  z.strictObject({
    fault: z.literal('finish_late'),
    method: deed,
    lateMs: z.int().min(1),
    ...aim,
  }),
  z.strictObject({
    fault: z.literal('succeed_without_effect'),
    method: deed,
    part: z.enum(PARTS).default('all'),
    ...aim,
  }),
  z.strictObject({
    fault: z.literal('fail_with_effect'),
    method: deed,
    code: code.default('platform_refused'),
    ...aim,
  }),
  z.strictObject({
    fault: z.literal('half_effect'),
    method: deed,
    code: code.default('platform_refused'),
    ...aim,
  }),
  z.strictObject({
    fault: z.literal('ask'),
    method: z.enum(['start', 'stop', 'save', 'pause', 'resume', 'detachDisks', 'delete']),
    question: z.string().min(1),
    ...aim,
  }),
  z.strictObject({ fault: z.literal('hide_token'), ...aim }),
  z.strictObject({
    fault: z.literal('disconnect'),
    connection: z.string(),
    how: z.enum(CUTS).default('not_reachable'),
  }),
]);
export type LabFault = z.infer<typeof LabFault>;

export function planFaults(faults: LabFaults, list: readonly LabFault[]): void {
  for (const it of list) planFault(faults, it);
}

function planFault(faults: LabFaults, it: LabFault): void {
  if (it.fault === 'disconnect') {
    faults.disconnect(it.connection, it.how);
    return;
  }
  const at: Aim = { count: it.count, connectionId: it.connection, vm: it.vm };
  switch (it.fault) {
    case 'refuse':
      faults.refuse(it.method, it.code, at);
      break;
    case 'fail_task':
      faults.failTask(it.method, it.code, at);
      break;
    case 'drop_answer':
      faults.dropAnswer(it.method, {
        ...at,
        when: it.when,
        arrivesAfterMs: it.arrivesAfterMs,
      });
      break;
    case 'finish_late':
      faults.finishLate(it.method, it.lateMs, at);
      break;
    case 'succeed_without_effect':
      faults.succeedWithoutEffect(it.method, it.part, at);
      break;
    case 'fail_with_effect':
      faults.failWithEffect(it.method, it.code, at);
      break;
    case 'half_effect':
      faults.halfEffect(it.method, it.code, at);
      break;
    case 'ask':
      faults.ask(it.method, it.question, at);
      break;
    case 'hide_token':
      faults.hideToken(at);
      break;
  }
}
