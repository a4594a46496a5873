/** Whether a VM left the host that it was on, or came up where it stands: what restarts after a lost host look like. Pure. */
import type { PowerState, VmBody } from '../inventory/estate-object.ts';

export interface VmFinding {
  /** Where it stood until now; absent: it stands where it stood, and runs since. */
  readonly leftHandle?: string | undefined;
  readonly hostHandle: string;
  readonly isRunning: boolean;
}

/** What was off on its host was nobody's to restart. */
const RAN: ReadonlySet<PowerState> = new Set(['on', 'paused', 'unknown']);

export function judgeVm(before: VmBody, after: VmBody): VmFinding | undefined {
  const { hostHandle } = after;
  if (hostHandle === undefined || before.hostHandle === undefined) return undefined;
  const finding = { hostHandle, isRunning: isRunning(after) };
  if (before.hostHandle === hostHandle)
    return finding.isRunning && !isRunning(before) ? finding : undefined;
  return RAN.has(before.power) ? { ...finding, leftHandle: before.hostHandle } : undefined;
}

function isRunning({ power, isReachable }: VmBody): boolean {
  return power === 'on' && isReachable;
}
