/** How a plan stands on a card: effect, place, sizes, notes, blockers, hosts with their reasons. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import {
  VM_MAINTENANCE_ENTER,
  VM_MAINTENANCE_EXIT,
} from '#core/operations/vm-maintenance-parts.ts';
import type { Effect } from '#core/plan/bounds.ts';
import type { HostRating, Plan, PlanNote } from '#core/plan/plan.ts';
import { PLAN_WORDS } from '../words/en/plan-words.ts';
import { plural, toDuration, toSize, toStars } from '../words/units.ts';
import type { Block } from './card.ts';
import { moveTable, toMoveEffect, toMovePlace } from './move-blocks.ts';

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  none: 'nothing else changes',
  pause: 'paused for a moment',
  restart: 'restarted',
  paused: 'halted in memory; nobody is served until it is resumed',
  saved: 'halted, its memory on disk; nobody is served until it is resumed',
  off: 'off afterwards',
  data_loss: 'deleted with its data',
};

export function toNoteWords({ code, facts }: PlanNote): string {
  return PLAN_WORDS[code](facts);
}

/** By the step that a resumption has: which of the two it is, people agree to. */
const RESUME_WORDS: Readonly<Record<string, string>> = {
  'resume-vm': 'goes on where it was paused',
  'start-vm': 'started from its memory on disk, and goes on where it was saved',
};

/** `a new VM; nothing else changes`, `web-01: off afterwards`, `web-01: goes on where it was paused`. */
export function toEffectWords(plan: Plan): string {
  const { operation, targets, bounds, steps } = plan;
  if (operation === 'vm.create') return 'a new VM; nothing else changes';
  const moves = toMoveEffect(plan);
  if (moves) return moves;
  const resumed = operation === 'vm.resume' && RESUME_WORDS[steps[0]?.kind ?? ''];
  if (resumed) return targets.map(({ name }) => `${name}: ${resumed}`).join('; ');
  const kept = toMaintenanceEffect(plan);
  if (kept) return kept;
  if (operation.startsWith('vm.network.'))
    return `${targets.map(({ name }) => name).join('; ')}: its network traffic is interrupted`;
  return targets
    .map(({ id, name }) => `${name}: ${EFFECT_WORDS[bounds.effects[id] ?? 'none']}`)
    .join('; ');
}

/** `web-01: off its networks, then halted with its memory on disk, until its maintenance ends`. */
function toMaintenanceEffect({ operation, targets, steps }: Plan): string | undefined {
  const name = targets[0]?.name ?? '';
  const has = (kind: string) => steps.some((step) => step.kind === kind);
  if (operation === VM_MAINTENANCE_ENTER) {
    const parts = [
      ...(has('set-nic') ? ['off its networks'] : []),
      ...(has('save-vm') ? ['halted with its memory on disk'] : []),
    ];
    return `${name}: ${parts.join(', then ')}, until its maintenance ends`;
  }
  if (operation !== VM_MAINTENANCE_EXIT) return undefined;
  const parts = [
    ...(has('start-vm') ? ['started from its memory on disk'] : []),
    ...(has('set-nic') ? ['on its networks as before'] : []),
  ];
  return `${name}: ${parts.join(', then ') || 'nothing changes'}`;
}

/** `4 vCPU · 16 GiB · 80 GiB disk`. */
export function toSizeWords({ bounds }: Plan): string | undefined {
  const { cpus, memoryBytes, diskBytes } = bounds.atMost;
  if (cpus === undefined) return undefined;
  return `${cpus} vCPU · ${toSize(memoryBytes ?? 0)} · ${toSize(diskBytes ?? 0)} disk`;
}

/** `esx-07 ★★★★½ on SAN-A (allowed: 5 hosts, SAN-A or SAN-B)`. */
export function toPlaceWords(plan: Plan, index: EstateIndex): string | undefined {
  const { advice, bounds } = plan;
  const { place } = advice;
  if (advice.moves) return toMovePlace(plan);
  if (!place) return undefined;
  const hosts = bounds.oneOf.hosts ?? [];
  const datastores = (bounds.oneOf.datastores ?? []).flatMap(
    (id) => index.get('datastore', id)?.body.name ?? [],
  );
  const allowed = `${plural(hosts.length, 'host')}, ${joinFew([...new Set(datastores)])}`;
  return `${toRatingWords(place)} (allowed: ${allowed})`;
}

/** `esx-07 ★★★★½ on SAN-A`. */
export function toRatingWords({ hostName, stars, datastoreName }: HostRating): string {
  return `${hostName} ${toStars(stars)}${datastoreName === undefined ? '' : ` on ${datastoreName}`}`;
}

function joinFew(names: readonly string[]): string {
  if (names.length > 3) return plural(names.length, 'datastore');
  return names.length > 1
    ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
    : (names[0] ?? 'no datastore');
}

/** What stands under Details: every note, and every host with its reason. */
export function planDetails(plan: Plan): Block[] {
  const { advice } = plan;
  const notes = advice.notes.map((note): Block => ({ block: 'text', text: toNoteWords(note) }));
  const duration = advice.durationMs && `usually takes about ${toDuration(advice.durationMs)}`;
  const age = `data read ${toDuration(advice.dataAgeMs)} ago`;
  return [
    ...notes,
    { block: 'text', weight: 'quiet', text: [duration, age].filter(Boolean).join(' · ') },
    ...moveTable(plan),
    ...(advice.ratings.length > 0 ? [hostTable(advice.ratings)] : []),
  ];
}

/** Hosts best first, each with its stars and its reasons. */
export function hostTable(ratings: readonly HostRating[]): Block {
  const shown = ratings.slice(0, 15);
  const rest = ratings.length - shown.length;
  return {
    block: 'table',
    columns: [{ title: 'Host' }, { title: 'Stars' }, { title: 'Why' }],
    rows: shown.map(({ hostName, stars, verdict, reasons, datastoreName }) => [
      hostName,
      verdict === 'blocked' ? 'blocked' : toStars(stars),
      [...reasons.map(toNoteWords), ...(datastoreName ? [`on ${datastoreName}`] : [])].join(', '),
    ]),
    ...(rest > 0 ? { more: `${rest} more` } : {}),
  };
}

const PLACE_BLOCKERS: ReadonlySet<PlanNote['code']> = new Set([
  'no_host_fits',
  'vm_has_no_host',
  'vm_without_room',
  'vm_cannot_go_there',
]);

/** Blockers, each a sentence with its remedy. */
export function blockerBlocks(plan: Plan): Block[] {
  const lines = plan.blockers.map((note): Block => ({ block: 'text', text: toNoteWords(note) }));
  const isPlace = plan.blockers.some(({ code }) => PLACE_BLOCKERS.has(code));
  return isPlace && plan.advice.ratings.length > 0
    ? [...lines, hostTable(plan.advice.ratings)]
    : lines;
}
