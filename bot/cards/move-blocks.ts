/** How moves stand on the card of a plan: in one sentence on it, one line a VM under Details. */
import { CLUSTER_BALANCE } from '#core/operations/cluster-balance.ts';
import type { MoveLine, Plan } from '#core/plan/plan.ts';
import { REHEARSAL_WORDS } from '../words/en/rehearsal-words.ts';
import { plural, toCount, toDuration, toStars } from '../words/units.ts';
import type { Block } from './card.ts';

/** Further VMs are counted. */
const ROWS = 50;

/** `web-07 moves to esx-03 while it runs`, `18 VMs move while they run; 1 is asked about; nothing is stopped by itself`. */
export function toMoveEffect({
  operation,
  advice,
  targets,
  steps,
  bounds,
}: Plan): string | undefined {
  const moves = advice.moves ?? [];
  if (operation === 'vm.migrate')
    return isOfMany({ operation, targets })
      ? toManyEffect(moves)
      : toOneEffect(moves[0], targets[0]?.name ?? '', bounds.oneOf);
  if (operation === CLUSTER_BALANCE)
    return `${plural(moves.length, 'VM')} ${moves.length === 1 ? 'moves while it runs' : 'move while they run'}; nothing is stopped`;
  if (!operation.startsWith('host.maintenance.')) return undefined;
  const asks = steps.filter(({ kind }) => kind === 'ask-consent').length;
  const needed = steps.filter(({ choice }) => choice === 'move').length;
  const asked = asks - needed;
  const live = moves.filter(({ way }) => way !== 'quick').length;
  const saved = moves.length - live;
  const parts = [
    live > 0 &&
      `${plural(live, 'VM')} ${live === 1 ? 'moves while it runs' : 'move while they run'}`,
    saved > 0 &&
      `${plural(saved, 'VM')} ${saved === 1 ? 'is' : 'are'} saved, moved and loaded again`,
    needed > 0 &&
      `${needed === 1 ? 'one of them' : toCount(needed)} only when somebody has agreed on the job’s card, since Drover itself needs ${needed === 1 ? 'it' : 'them'}`,
    asked > 0 &&
      `${plural(asked, 'VM')} cannot move, and somebody is asked about ${asked === 1 ? 'it' : 'each'}`,
    operation === 'host.maintenance.exit'
      ? 'the host takes VMs again'
      : saved > 0
        ? 'nothing else is stopped by itself'
        : 'nothing is stopped by itself',
  ];
  return parts.filter(Boolean).join('; ');
}

function toOneEffect(
  move: MoveLine | undefined,
  name: string,
  { datastores = [] }: Plan['bounds']['oneOf'],
): string {
  if (!move) return `${name} has no place to move to`;
  const isFilesAlone = move.fromName === move.toName;
  const what = isFilesAlone
    ? `the files of ${name} move`
    : `${name} moves to ${move.toName}${datastores.length > 0 ? ', its files go along' : ''}`;
  if (move.way === 'off') return `${what}; it is off and stays off`;
  if (move.way === 'quick')
    return `${what}; it is saved meanwhile and stands still for about ${toDuration(move.downSeconds * 1000)}`;
  return `${what} while it runs; it stands still for about a second`;
}

/** A plan of one VM says in a sentence what one of many says in a table. */
function isOfMany({ operation, targets }: Pick<Plan, 'operation' | 'targets'>): boolean {
  return operation !== 'vm.migrate' || targets.length > 1;
}

const areFilesAlone = ({ fromName, toName }: MoveLine) => fromName === toName;

/** `3 VMs move while they run, each stands still for about a second; the files of 2 VMs move`. */
function toManyEffect(moves: readonly MoveLine[]): string {
  if (moves.length === 0) return 'no VM has a place to move to';
  const going = moves.filter((move) => !areFilesAlone(move));
  const listOf = (way: MoveLine['way']) => going.filter((move) => move.way === way);
  const [live, quick, off] = [listOf('live').length, listOf('quick'), listOf('off').length];
  const files = moves.length - going.length;
  const downMs = 1000 * Math.max(...quick.map(({ downSeconds }) => downSeconds));
  const parts = [
    live > 0 &&
      `${plural(live, 'VM')} ${live === 1 ? 'moves while it runs, and' : 'move while they run; each'} stands still for about a second`,
    quick.length > 0 &&
      `${plural(quick.length, 'VM')} ${quick.length === 1 ? 'is saved meanwhile and' : 'are saved meanwhile; each'} stands still for up to ${toDuration(downMs)}`,
    off > 0 &&
      `${plural(off, 'VM')} ${off === 1 ? 'moves, is off and stays off' : 'move, are off and stay off'}`,
    files > 0 && `of ${plural(files, 'VM')} the files alone move`,
  ];
  return parts.filter(Boolean).join('; ');
}

/** `esx-07 ★★★★ (now on esx-03)`. */
export function toMovePlace({ operation, advice, targets }: Plan): string | undefined {
  const [move] = advice.moves ?? [];
  if (isOfMany({ operation, targets }) || !move || move.fromName === move.toName) return undefined;
  return `${move.toName} ${toStars(move.stars)} (now on ${move.fromName})`;
}

/** Of many moves, how long all of them take; of whatever was rehearsed, what that showed. */
export function takesFields(plan: Plan): { label: string; value: string }[] {
  const { operation, advice } = plan;
  const { rehearsal } = advice;
  if (rehearsal)
    return [{ label: 'Takes', value: REHEARSAL_WORDS.takes(toDuration(rehearsal.finishMs)) }];
  const isOfMoves =
    operation === 'vm.migrate' ||
    operation === CLUSTER_BALANCE ||
    operation.startsWith('host.maintenance.');
  const isMany = isOfMoves && isOfMany(plan) && (advice.moves ?? []).length > 0;
  if (!isMany || !advice.durationMs) return [];
  const isOwnOrder = !(advice.moves ?? []).some((move) => move.isChosenByPlatform);
  const value = `about ${toDuration(advice.durationMs)}`;
  return [{ label: 'Takes', value: isOwnOrder ? value : `${value}, if its platform is as quick` }];
}

export function moveTable(plan: Plan): Block[] {
  const moves = plan.advice.moves ?? [];
  if (!isOfMany(plan) || moves.length === 0) return [];
  const rest = moves.length - ROWS;
  const isBalance = plan.operation === CLUSTER_BALANCE;
  return [
    {
      block: 'table',
      columns: [
        ...(isBalance ? ['VM', 'From', 'To', 'Stars'] : ['VM', 'To', 'Stars', 'How']).map(
          (title) => ({ title }),
        ),
        { title: 'Usually', align: 'right' },
      ],
      rows: moves.slice(0, ROWS).map(isBalance ? toBalanceRow : toRow),
      ...(rest > 0 ? { more: `${rest} more` } : {}),
    },
  ];
}

const WAY_WORDS = { live: 'while it runs', quick: 'saved meanwhile', off: 'as it is off' } as const;

function toRow(move: MoveLine): string[] {
  const { vmName, way, usualMs } = move;
  return [vmName, ...toPlaceCells(move), WAY_WORDS[way], toDuration(usualMs)];
}

function toPlaceCells(move: MoveLine): [string, string] {
  if (move.isChosenByPlatform) return ['as its platform chooses', ''];
  if (areFilesAlone(move)) return [`its files alone, on ${move.toName}`, ''];
  return [move.toName, toStars(move.stars)];
}

/** All of them run; what each gains is what matters. */
function toBalanceRow({
  vmName,
  fromName,
  toName,
  starsBefore = 0,
  stars,
  usualMs,
}: MoveLine): string[] {
  const gain = `${toStars(starsBefore)} → ${toStars(stars)}`;
  return [vmName, fromName, toName, gain, toDuration(usualMs)];
}
