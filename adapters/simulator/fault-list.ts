/** Faults as an operator writes them under `lab.faults`: for walks and for servers that a test starts. */
import { z } from 'zod';
import { ERROR_CODES } from '#core/errors.ts';
import type { LabFaults } from './faults.ts';
import { CUTS } from './gateway.ts';
import { type Aim, LAB_METHODS } from './planned-faults.ts';
import type { PlatformConsole } from './platform-console.ts';
import { type DeedName, MID_MOVES, PARTS } from './task.ts';

/** What somebody at the vendor's console does right before the next call of a method. */
const OTHERS_DO = ['order_move', 'power_off', 'fail_host', 'mark_host'] as const;

/** A VM that is made does not ask, and a guest is no platform. */
export const ASKING = [
  ...(['start', 'stop', 'save', 'pause', 'resume'] as const),
  ...(['detachDisks', 'delete', 'move'] as const),
] as const satisfies readonly DeedName[];

const aim = {
  count: z.int().min(1).optional(),
  connection: z.string().optional(),
  vm: z.string().optional(),
};
const deed = z.enum([
  ...['start', 'stop', 'shutdownGuest', 'save', 'pause', 'resume'],
  ...['clone', 'detachDisks', 'delete', 'addDisk', 'setNic'],
  ...['move', 'markHost', 'unmarkHost'],
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
    method: z.enum(ASKING),
    question: z.string().min(1),
    ...aim,
  }),
  z.strictObject({ fault: z.literal('hide_token'), ...aim }),
  z.strictObject({ fault: z.literal('hide_move'), ...aim }),
  z.strictObject({
    fault: z.literal('leave_copy'),
    code: code.default('platform_refused'),
    sourceLost: z.boolean().default(false),
    ...aim,
  }),
  z.strictObject({
    fault: z.literal('end_move'),
    by: z.enum(MID_MOVES),
    percent: z.int().min(0).max(100).default(60),
    ...aim,
  }),
  z
    .strictObject({
      fault: z.literal('by_others'),
      method,
      does: z.enum(OTHERS_DO),
      connection: z.string(),
      /** A VM, or a host. */
      what: z.string(),
      /** The host to which a VM goes. */
      to: z.string().optional(),
    })
    .refine(({ does, to }) => does !== 'order_move' || to !== undefined, {
      path: ['to'],
      message: 'A move needs a host.',
    }),
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
  const at: Aim =
    it.fault === 'by_others'
      ? { connectionId: it.connection }
      : { count: it.count, connectionId: it.connection, vm: it.vm };
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
    case 'hide_move':
      faults.hideMove(at);
      break;
    case 'leave_copy':
      faults.leaveCopy({ ...at, code: it.code, sourceLost: it.sourceLost });
      break;
    case 'end_move':
      faults.endMove(it.by, it.percent, at);
      break;
    case 'by_others':
      faults.changeByOthersBefore(it.method, (console) => doByOthers(console, it), {
        connectionId: it.connection,
      });
      break;
  }
}

function doByOthers(
  console: PlatformConsole,
  { does, what, to = '' }: Extract<LabFault, { fault: 'by_others' }>,
): void {
  if (does === 'order_move') console.orderMove(what, to);
  if (does === 'power_off') console.setPower(what, 'off');
  if (does === 'fail_host') console.failHost(what);
  if (does === 'mark_host') console.orderMark(what);
}
