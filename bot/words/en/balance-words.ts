/** What is said of a cluster that is balanced. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { listOf, plural, textOf } from '../units.ts';
import { toPurposeWordsOf } from './own-vm-words.ts';

export const BALANCE_PLAN_WORDS = {
  platform_balances: (f) =>
    `The platform of ${textOf(f, 'cluster')} balances it by itself (DRS is fully automated), and Drover does not compete with it: what one moves the other would move back. Set DRS to manual or partially automated to let Drover balance.`,
  automation_unknown: (f) =>
    `Whether the platform of ${textOf(f, 'cluster')} balances it by itself is not known.`,
  too_few_hosts: (f) =>
    `${textOf(f, 'cluster')} has ${plural(Number(f.count ?? 0), 'host')} that can give and take VMs now; it takes two to balance: host list`,
  hosts_left_out: (f) =>
    `Left out, since ${Number(f.count) === 1 ? 'it is' : 'they are'} in maintenance, not connected or not known well enough: ${listOf(f, 'hosts', 5)}.`,
  nothing_to_balance: (f) =>
    f.goal === 'consolidate'
      ? `Nothing in ${textOf(f, 'cluster')} is worth moving now: no VM would gain half a star by standing on a fuller host. Its hosts differ by ${textOf(f, 'percent')} % of the mean.`
      : `${textOf(f, 'cluster')} is balanced as well as a few moves can: its hosts differ by ${textOf(f, 'percent')} % of the mean, and no move would gain its VM half a star and the cluster enough.`,
  imbalance_changes: (f) => toChangeWords(f),
  vm_not_among_hosts: (f) =>
    `${textOf(f, 'vm')} is on no host of this cluster that gives or takes VMs now.`,
  vm_does_not_run: (f) =>
    `${textOf(f, 'vm')} does not run (${textOf(f, 'state')}); moving it balances nothing.`,
  vm_gains_too_little: (f) =>
    `${textOf(f, 'vm')} is not among what is worth moving: on no other host would it gain half a star and the cluster enough.`,
  proposed_moves_fail: (f) =>
    `Not as proposed any more, since it is not possible or not worth it now: ${toMoveWords(f)}. What is best now: cluster balance ${quoteWord(textOf(f, 'cluster'))}`,
  drover_stays: (f) =>
    `Drover itself needs ${textOf(f, 'vm')}: ${toPurposeWordsOf(f)}. It is not moved only to balance; vm migrate can.`,
  moves_dropped: (f) =>
    `Left out at the start, no longer possible or not worth it: ${listOf(f, 'vms', 5)}.`,
} satisfies Partial<Record<PlanCode, (facts: Facts) => string>>;

/** `app-01 to esx-02, app-03 to esx-02`. */
function toMoveWords({ vms, hosts }: Facts): string {
  const [names, places] = [vms, hosts].map((list) => (Array.isArray(list) ? list : []));
  return (names ?? []).map((vm, at) => `${vm} to ${places?.[at] || 'its host'}`).join(', ');
}

/** `Imbalance 42 % → 12 % (CPU 50 % → 20 %, memory 34 % → 4 %)`. */
export function toChangeWords(f: Facts): string {
  const turn = (part: string) => `${textOf(f, `${part}Before`)} % → ${textOf(f, `${part}After`)} %`;
  const parts = [
    f.cpuBefore === undefined ? 'CPU is not measured' : `CPU ${turn('cpu')}`,
    `memory ${turn('memory')}`,
  ];
  const wish = f.goal === 'consolidate' ? '; the goal is to consolidate, so more is better' : '';
  return `Imbalance ${textOf(f, 'before')} % → ${textOf(f, 'after')} % (${parts.join(', ')}${wish})`;
}

export const BALANCE_WORDS = {
  title: (cluster: string, count: number) =>
    `${cluster}: ${plural(count, 'move')} would bring it nearer to its goal`,
  nothingAsked: 'Nobody was asked and nothing was done.',
  meaning:
    'Imbalance is by how much the hosts differ in load, as a share of the mean; 0 % is all alike. Each move gains its VM at least half a star.',
  askForAll: (count: number) => (count === 1 ? 'Ask for this move' : `Ask for all ${count} moves`),
  choose: 'Choose moves…',
  which: 'Which of them?',
  move: (vm: string, from: string, to: string, stars: string) => `${vm}: ${from} → ${to}, ${stars}`,
  noneTicked: ['Nothing was ticked', 'Nobody was asked and nothing was done.'],
} as const;
