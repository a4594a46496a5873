/**
 * The steps that empty a host: its mark, a move and a second try for each VM, questions, and the end that settles all.
 *
 * A VM that Drover itself needs is asked about at once, and moves when all others have (H21).
 */
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { OwnPurpose } from '../inventory/own-vms.ts';
import type { CONSENT_ANSWERS } from '../jobs/job.ts';
import type { PlacedMove, PlacedMoves } from '../placement/place-moves.ts';
import type { Json, PlannedStep } from '../plan/plan.ts';
import type { OwnDrain } from '../ports/moving.ts';
import type { SortedVms } from './host-vms.ts';
import { toMoveKey, toMoveStep, toWay, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import { toNeedFacts } from './plan-parts.ts';
import { isDrained, toDrainStep } from './platform-evacuation.ts';

/** How long a question about one VM stays open, in milliseconds. */
const CONSENT_WITHIN_MS = 2 * 3_600_000;

export interface Evacuation {
  readonly placed: PlacedMoves;
  readonly stuck: SortedVms['stuck'];
  /** Drover ids of every host that may take one of the VMs. */
  readonly among: readonly string[];
}

export function toEvacuationSteps({
  host,
  world,
  placed,
  stuck,
  among,
  drain,
}: Evacuation & {
  host: EstateObject<'host'>;
  world: World;
  /** The platform moves them first, and what it leaves is Drover's. */
  drain?: OwnDrain | undefined;
}): PlannedStep[] {
  const input = { host: toRef(host), hostId: host.id, name: host.body.name } as unknown as Json;
  const mark: PlannedStep = drain
    ? toDrainStep(host, world)
    : { key: 'mark-host', kind: 'mark-host', version: 1, input, after: [] };
  const isNeeded = ({ vm }: PlacedMove) => world.purposesOf(vm).length > 0;
  const last = listLast(placed.moves, isNeeded);
  const first = placed.moves.filter((move) => !last.has(move.vm.id));
  const away = { host, among, markKey: mark.key, drain };
  const others = first.flatMap((move) => toMoveSteps(move, away).map(({ key }) => key));
  const moves = placed.moves.flatMap((move) =>
    isNeeded(move)
      ? toAgreedSteps(move, { ...away, others, purposes: world.purposesOf(move.vm) })
      : toMoveSteps(move, away),
  );
  const asks = stuck.flatMap((one) => toConsentSteps(one, { world, markKey: mark.key }));
  const before = [mark, ...moves, ...asks].map(({ key }) => key);
  return [
    mark,
    ...moves,
    ...asks,
    {
      ...{ key: 'settle-host', kind: 'settle-host', version: 1, input },
      ...{ after: before, begins: 'when_ended' },
    },
  ];
}

/** Those that Drover needs, and those that can only follow one of them. */
function listLast(
  moves: readonly PlacedMove[],
  isNeeded: (move: PlacedMove) => boolean,
): ReadonlySet<string> {
  const last = new Set<string>();
  // In the order of the plan: who follows another stands behind it.
  for (const move of moves)
    if (isNeeded(move) || move.afterVmIds.some((id) => last.has(id))) last.add(move.vm.id);
  return last;
}

const toAgainKey = ({ id }: Vm) => `again-${id}`;

interface Away {
  readonly host: EstateObject<'host'>;
  readonly among: readonly string[];
  readonly markKey: string;
  readonly drain: OwnDrain | undefined;
}

interface Agreed extends Away {
  /** Keys of what has to end before. */
  readonly others: readonly string[];
  readonly purposes: readonly OwnPurpose[];
}

/** However the others ended it goes, but not without a word. */
function toAgreedSteps(move: PlacedMove, agreed: Agreed): PlannedStep[] {
  const { others, purposes, markKey } = agreed;
  const question = toQuestion(move.vm, { choices: ['move', 'leave'], markKey });
  const ask = { ...question, placement: toNeedFacts(purposes) as unknown as Json };
  return [
    ask,
    ...toMoveSteps(move, agreed).map((step): PlannedStep => {
      if (step.begins === 'when_failed') return step;
      const after = [...new Set([ask.key, ...step.after, ...others])];
      return { ...step, after, begins: 'when_ended', choice: 'move' };
    }),
  ];
}

function toMoveSteps(move: PlacedMove, { host, among, markKey, drain }: Away): PlannedStep[] {
  const key = toMoveKey(move.vm);
  const wish = { move, way: toWay(move.vm), from: host };
  // Where there is room once the platform has done is known only then.
  if (drain && isDrained(move.vm, drain)) {
    const rest = { after: [markKey], isSparable: true } as const;
    return [withoutHost(toMoveStep({ ...wish, key, kind: 'move-vm-left', among }, rest))];
  }
  const before = move.afterVmIds.map((id) => `move-${id}`);
  return [
    toMoveStep(
      { ...wish, key, kind: 'move-vm-away' },
      {
        after: [markKey, ...before],
        isSparable: true,
      },
    ),
    toMoveStep(
      { ...wish, key: toAgainKey(move.vm), kind: 'move-vm-again', among },
      {
        ...{ after: [key], begins: 'when_failed', isSparable: true },
      },
    ),
  ];
}

function withoutHost(step: PlannedStep): PlannedStep {
  const { host: _host, hostName: _name, ...placement } = step.placement as Record<string, Json>;
  return { ...step, placement };
}

type Choice = (typeof CONSENT_ANSWERS)[number];

const STEP_OF_CHOICE: Readonly<Record<Exclude<Choice, 'leave' | 'move'>, string>> = {
  shut_down: 'shutdown-vm',
  power_off: 'stop-vm',
  save: 'save-vm',
};

/** One question, and a step for each answer that does something. Why it is asked may change, and is not hashed. */
function toConsentSteps(
  { vm, why }: SortedVms['stuck'][number],
  { world, markKey }: { readonly world: World; readonly markKey: string },
): PlannedStep[] {
  const choices = listChoices(vm, world);
  const ask = toQuestion(vm, { choices, markKey });
  const input = { vm: toRef(vm), name: vm.body.name } as unknown as Json;
  const rest = { version: 1, isSparable: true } as const;
  return [
    { ...ask, placement: { why } as unknown as Json },
    ...choices.flatMap((choice): PlannedStep[] => {
      if (choice === 'leave' || choice === 'move') return [];
      const kind = STEP_OF_CHOICE[choice];
      return [{ key: `${choice}-${vm.id}`, kind, input, after: [ask.key], choice, ...rest }];
    }),
  ];
}

function toQuestion(
  vm: Vm,
  { choices, markKey }: { readonly choices: readonly Choice[]; readonly markKey: string },
): PlannedStep {
  const named = { vm: toRef(vm), name: vm.body.name, vmId: vm.id };
  const input = { ...named, choices, withinMs: CONSENT_WITHIN_MS } as unknown as Json;
  const rest = { version: 1, after: [markKey], isSparable: true } as const;
  return { key: `ask-${vm.id}`, kind: 'ask-consent', input, ...rest };
}

function listChoices(vm: Vm, world: World): Choice[] {
  const power = findConnection(vm, world)?.power;
  const { isReachable, guestTools, power: state } = vm.body;
  // Drover needs it running.
  if (world.purposesOf(vm).length > 0) return ['leave'];
  // Of a VM in an unknown state nothing is done.
  if (!power || !isReachable || vm.isTwin || state === 'unknown') return ['leave'];
  const canAsk = state === 'on' && guestTools !== 'not_running';
  return [
    ...(canAsk ? (['shut_down'] as const) : []),
    ...(power.save ? (['save'] as const) : []),
    'power_off',
    'leave',
  ];
}
