/** What is said of a cluster that is balanced. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { lineOf } from '../line-of.ts';
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
  nothing_to_balance: (f) => toNothingWords(f),
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
    `Drover itself needs ${textOf(f, 'vm')}: ${toPurposeWordsOf(f)}. It is not moved only to balance; ${lineOf('vm migrate', f)} can.`,
  moves_dropped: (f) =>
    `Left out at the start, no longer possible or not worth it: ${toDroppedWords(f)}.`,
} satisfies Partial<Record<PlanCode, (facts: Facts) => string>>;

/** Of VMs that stay: what one of them is, and what several are. */
const WHY_THEY_STAY = {
  vm_does_not_run: ['does not run', 'do not run'],
  vm_tied_to_host: ['is tied to its host', 'are tied to their hosts'],
  vm_asks_question: [
    'waits for an answer at the vendor’s console',
    'wait for an answer at the vendor’s console',
  ],
  another_job_changes_it: ['is being changed by another job', 'are being changed by other jobs'],
  drover_stays: ['is needed by Drover itself', 'are needed by Drover itself'],
  vm_is_twin: ['shows the identity of another', 'show the identity of another'],
  vm_is_replica: ['is a replica', 'are replicas'],
  vm_unreachable: ['cannot be asked about', 'cannot be asked about'],
  vm_state_unknown: ['is in a state that is not known', 'are in a state that is not known'],
  vm_has_no_host: ['may run on no other host', 'may run on no other host'],
  vm_without_room: ['finds room on no other host', 'find room on no other host'],
  vm_needs_other_rule: ['is kept there by a rule', 'are kept there by rules'],
  platform_forbids: ['may not move, says the platform', 'may not move, says the platform'],
  vm_gains_too_little: ['would gain too little', 'would gain too little'],
} satisfies Partial<Record<PlanCode, readonly [one: string, several: string]>>;

/** `3 VMs are tied to their hosts, 1 VM does not run`. */
function toStayWords(f: Facts): string {
  const known = Object.entries(WHY_THEY_STAY).flatMap(([code, [one, several]]) => {
    const count = Number(f[code] ?? 0);
    return count > 0 ? [{ count, words: count === 1 ? one : several }] : [];
  });
  const rest = Number(f.vms ?? 0) - known.reduce((sum, { count }) => sum + count, 0);
  const all = known.map(({ count, words }) => `${plural(count, 'VM')} ${words}`);
  return [...all, ...(rest > 0 ? [`${rest} for another reason`] : [])].join(', ');
}

function toNothingWords(f: Facts): string {
  const cluster = textOf(f, 'cluster');
  const differ = `its hosts differ by ${textOf(f, 'percent')} % of the mean`;
  const vms = Number(f.vms ?? 0);
  const vain = Number(f.vm_gains_too_little ?? 0);
  if (f.vms !== undefined && vms === 0)
    return `Nothing in ${cluster} can move now: on the hosts that should give VMs there are none.`;
  // Every one of them may move.
  if (vms === vain)
    return f.goal === 'consolidate'
      ? `Nothing in ${cluster} is worth moving now: no VM would gain half a star by standing on a fuller host. Its hosts differ by ${textOf(f, 'percent')} % of the mean.`
      : `${cluster} is balanced as well as a few moves can: ${differ}, and no move would gain its VM half a star and the cluster enough.`;
  if (vain === 0) return `Nothing in ${cluster} can move now, and ${differ}: ${toStayWords(f)}.`;
  return `Nothing in ${cluster} that can move is worth moving now, and ${differ}: ${toStayWords(f)}.`;
}

/** `app-01 to esx-02, app-03 to esx-02`. */
function toMoveWords({ vms, hosts }: Facts): string {
  const [names, places] = [vms, hosts].map((list) => (Array.isArray(list) ? list : []));
  return (names ?? []).map((vm, at) => `${vm} to ${places?.[at] || 'its host'}`).join(', ');
}

/** `app-01, app-03 and 1 VM that is no more`: whose name went with it. */
function toDroppedWords(f: Facts): string {
  const names = Array.isArray(f.vms) ? f.vms : [];
  const gone = Number(f.count ?? 0) - names.length;
  const parts = [
    ...(names.length > 0 ? [listOf(f, 'vms', 5)] : []),
    ...(gone > 0 ? [`${plural(gone, 'VM')} that ${gone === 1 ? 'is' : 'are'} no more`] : []),
  ];
  return parts.join(' and ');
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
  /** Beside the button of a plan: it gives the line again, and does not ask for what the plan shows. */
  plannedAnew: (button: string, cluster: string, isAll: boolean) =>
    `“${button}” ${isAll ? 'takes the moves that are best when it is pressed' : 'moves these VMs, each to the host that is best when it is pressed'}, which may be others than shown here. To ask for moves just as they are shown, take them from the proposal: cluster balance ${quoteWord(cluster)}`,
  askForAll: (count: number) => (count === 1 ? 'Ask for this move' : `Ask for all ${count} moves`),
  choose: 'Choose moves…',
  which: 'Which of them?',
  move: (vm: string, from: string, to: string, stars: string) => `${vm}: ${from} → ${to}, ${stars}`,
  noneTicked: ['Nothing was ticked', 'Nobody was asked and nothing was done.'],
} as const;
