/** One sentence a code of hosts that their platform empties by itself. */
import type { Facts } from '#core/errors.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import { listOf, plural, textOf } from '../units.ts';
import { toPurposeWordsOf } from './own-vm-words.ts';

export const PLATFORM_WORDS = {
  platform_cannot_empty: (f) =>
    `Drover empties ${textOf(f, 'host')} by its own plan, though its platform was to: ${CANNOT_WORDS[String(f.why)] ?? textOf(f, 'why')}.`,
  platform_empties: (f) =>
    `The platform empties ${textOf(f, 'host')} by itself: it chooses where ${Number(f.count) === 1 ? 'the VM goes' : `each of ${plural(Number(f.count), 'VM')} goes`}, and in which order. That there is room for them was checked by Drover’s own plan. What it leaves there within 4 hours, Drover moves or asks about.`,
  platform_saves: (f) =>
    `Of low priority, so that the platform does not move ${Number(f.count) === 1 ? 'it' : 'them'} while ${Number(f.count) === 1 ? 'it runs' : 'they run'}: ${listOf(f, 'vms', 5)}. Saved, handed over and loaded again; nobody is served meanwhile.`,
  platform_leaves: (f) =>
    `${plural(Number(f.count), 'VM')} that ${Number(f.count) === 1 ? 'does' : 'do'} not belong to the cluster ${Number(f.count) === 1 ? 'is' : 'are'} moved by Drover, afterwards.`,
  platform_moves_needed: (f) =>
    `Drover itself needs ${textOf(f, 'vm')}: ${toPurposeWordsOf(f)}. The platform moves it like any other and asks nobody; move it first, or let Drover empty the host (placement.evacuate).`,
  platform_moves_resting: (f) =>
    `${plural(Number(f.count), 'VM')} that ${Number(f.count) === 1 ? 'is' : 'are'} off or saved may go with them; ${Number(f.count) === 1 ? 'it stays' : 'they stay'} off.`,
  platform_brings_back: (f) =>
    `The platform brings back what it had drained from ${textOf(f, 'host')}, in an order of its own, those that are off by now as well: ${listOf(f, 'vms', 5)}.`,
} satisfies Partial<Record<PlanCode, (facts: Facts) => string>>;

const CANNOT_WORDS: Readonly<Record<string, string>> = {
  no_cluster: 'it belongs to no cluster',
  not_automated: 'DRS of its cluster is not fully automated',
  automation_unknown: 'whether DRS of its cluster is fully automated is not known',
  cannot: 'this platform does not do that',
};

/** What is wrong with a cluster that is configured. */
export const CLUSTER_FAULTS = {
  none: (under: string) =>
    `${under} names a cluster that its connection does not have: write the name as cluster list shows it`,
} as const;
