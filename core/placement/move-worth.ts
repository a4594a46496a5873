/** What a plan is worth by the stars of its targets. */
import type { HostNode, MoveModel, Unit, VmNode } from './move-model.ts';
import { countBroken, isBrokenBy } from './move-rules.ts';
import { rateShares } from './stars.ts';

/** Whole numbers, so that sums are exact. Stars come first, what was rounded away decides between equals. */
const STEP_WORTH = 1e10;
const RATING_WORTH = 1e5;
const WISH_WORTH = 1e14;
const MOVE_WORTH = 1e15;
/** The most that one move is worth. */
export const BEST_WORTH = 10 * STEP_WORTH + RATING_WORTH;

export function toRating(
  { cpuUsedMicro, cpuMicro, memoryBytes, usedBytes, goal }: HostNode,
  { reserves }: Pick<MoveModel['problem'], 'reserves'>,
): number {
  const cpuShare = cpuUsedMicro === undefined ? undefined : cpuUsedMicro / cpuMicro;
  return rateShares({ cpuShare, memoryShare: usedBytes / memoryBytes }, reserves, goal);
}

/** What one more VM that arrives on the host is worth, as it stands. */
export function toWorth(host: HostNode, problem: MoveModel['problem']): number {
  const rating = toRating(host, problem);
  return Math.round(rating * 10) * STEP_WORTH + Math.round(rating * RATING_WORTH);
}

/** What all that arrives on the host, or `count`, is worth with so much more on it. */
export function worthWith(
  host: HostNode,
  more: Pick<VmNode, 'bytes' | 'cpuMicro'>,
  problem: MoveModel['problem'],
  count = host.arriving,
): number {
  const { usedBytes, cpuUsedMicro } = host;
  host.usedBytes += more.bytes;
  if (cpuUsedMicro !== undefined) host.cpuUsedMicro = cpuUsedMicro + more.cpuMicro;
  const worth = count * toWorth(host, problem);
  host.usedBytes = usedBytes;
  host.cpuUsedMicro = cpuUsedMicro;
  return worth;
}

/** How much better the plan gets by it: fewer moves and broken wishes count before stars. */
export function toGain(unit: Unit, host: HostNode, problem: MoveModel['problem']): number {
  const [vm] = unit.vms;
  if (unit.vms.length > 1 || !vm) return toGroupGain(unit, host, problem);
  const worth = worthWith(host, vm, problem, host.arriving + 1);
  return worth - host.worth - countBroken(vm, host) * WISH_WORTH;
}

function toGroupGain({ vms }: Unit, host: HostNode, problem: MoveModel['problem']): number {
  const coming = vms.filter((vm) => vm.host !== host);
  const bytes = coming.reduce((sum, vm) => sum + vm.bytes, 0);
  const cpuMicro = coming.reduce((sum, vm) => sum + vm.cpuMicro, 0);
  const count = host.arriving + coming.length;
  const worth = worthWith(host, { bytes, cpuMicro }, problem, count);
  let broken = 0;
  for (const rule of new Set(coming.flatMap(({ rules }) => rules)))
    if (!rule.rule.isMandatory && isBrokenBy(rule, coming, host)) broken += 1;
  return worth - host.worth - broken * WISH_WORTH - coming.length * MOVE_WORTH;
}
