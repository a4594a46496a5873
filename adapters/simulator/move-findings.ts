/** What a platform answers when it is asked whether a move could be made: every reason, in its own names and words. */
import { type ErrorCode, type Facts, OperationError } from '#core/errors.ts';
import type { MoveFinding } from '#core/ports/moving.ts';
import { brokenRules, type Judged, MOVE_CHECKS } from './deeds/check-move.ts';
import { findUsableVm } from './deeds/checks.ts';
import type { ConnectionKind } from './world-object.ts';

type Platform = Readonly<Record<ConnectionKind, string>>;

/** A fault's type, a message's number. */
const NAMES: Partial<Record<ErrorCode, Platform>> = {
  wrong_power_state: { vcenter: 'InvalidPowerState', hyperv: '20402' },
  host_unavailable: { vcenter: 'HostNotConnected', hyperv: '21024' },
  network_unavailable: { vcenter: 'CannotAccessNetwork', hyperv: '33012' },
  datastore_unavailable: { vcenter: 'CannotAccessVmDisk', hyperv: '32904' },
  not_enough_space: { vcenter: 'InsufficientDiskSpace', hyperv: '32930' },
  not_enough_memory: { vcenter: 'InsufficientMemoryCapacityOnHost', hyperv: '3112' },
  state_unknown: { vcenter: 'InvalidState', hyperv: '32773' },
  another_task_runs: { vcenter: 'TaskInProgress', hyperv: '32791' },
  not_supported: { vcenter: 'NotSupported', hyperv: '32775' },
};
const OTHER: Platform = { vcenter: 'MigrationFault', hyperv: '21502' };
const RULE: Platform = { vcenter: 'VmVmRuleViolation', hyperv: '5080' };

export function findMoveFindings(judged: Judged): readonly MoveFinding[] {
  const { kind } = judged.view.platform;
  const unusable = findError(kind, () => findUsableVm(judged.view, judged.input.vm));
  if (unusable.length > 0) return unusable;
  const errors = MOVE_CHECKS.flatMap((check) => findError(kind, () => check(judged)));
  const wishes = errors.length > 0 ? [] : brokenRules(judged).filter((it) => !it.isMandatory);
  return [
    ...errors,
    ...wishes.map(({ name }) => ({
      ...{ severity: 'warning' as const, code: RULE[kind] },
      words: `The move breaks the rule ${name}.`,
    })),
  ];
}

function findError(kind: ConnectionKind, check: () => void): readonly MoveFinding[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const code = (NAMES[error.code] ?? OTHER)[kind];
    return [{ severity: 'error', code, words: toWords(error.code, error.facts) }];
  }
}

function toWords(code: ErrorCode, facts: Facts): string {
  const { name = 'The virtual machine', host, network, datastore, reason } = facts;
  switch (code) {
    case 'wrong_power_state':
      return `${name} cannot be moved that way while it is ${facts.power}.`;
    case 'host_unavailable':
      return `Host ${host} does not take virtual machines now: ${facts.platformState}.`;
    case 'network_unavailable':
      return `Host ${host} has no network ${network}.`;
    case 'datastore_unavailable':
      return host === undefined
        ? `Datastore ${datastore} cannot be used.`
        : `Host ${host} cannot access datastore ${datastore}.`;
    case 'not_enough_space':
      return `Datastore ${datastore} has ${facts.freeBytes} bytes free, ${facts.neededBytes} are needed.`;
    case 'not_enough_memory':
      return `Host ${host} has ${facts.freeBytes} bytes of memory free, ${facts.neededBytes} are needed.`;
    case 'another_task_runs':
      return `Another task runs on ${name}.`;
    case 'not_supported':
      return `This move is not supported: ${facts.lacking}.`;
    default:
      return `${name} cannot be moved: ${reason ?? code}.`;
  }
}
