/** The state of an object in words: what the platform says where we do not know, and what is odd about it. */
import type { EstateObject, HostBody } from '#core/inventory/estate-object.ts';
import type { DiskBody } from '#core/inventory/vm-parts.ts';
import type { HostStage } from '#core/operations/read-maintenance.ts';
import { HOST_STAGE_WORDS, NOT_KNOWN, POWER_WORDS } from '../words/en/view-words.ts';
import { plural, toSize } from '../words/units.ts';
import { type ConnectionFacts, isKnownNow } from './estate-connection-words.ts';

/** `on`, `Running (merging disks)`, `not known, was on`; never off because nothing answers (H09, H11). */
export function toPowerWords({ body }: EstateObject<'vm'>, connection: ConnectionFacts): string {
  const { power, platformState, isReachable } = body;
  const own = power === 'unknown' || !isReachable ? platformState : POWER_WORDS[power];
  return isKnownNow(connection) ? own : `${NOT_KNOWN}, was ${own}`;
}

/** The state and what marks it out, for a row. */
export function toVmStateWords(vm: EstateObject<'vm'>, connection: ConnectionFacts): string {
  const { unreadable, question, role } = vm.body;
  return [
    toPowerWords(vm, connection),
    ...(vm.isTwin ? ['identity twice'] : []),
    ...(role === 'replica' ? ['replica'] : []),
    ...(question ? ['asks a question'] : []),
    ...toUnreadable(unreadable),
  ].join(' · ');
}

export interface HostSeen {
  /** The same machine, as an earlier connection shows it. */
  readonly first?: EstateObject<'host'> | undefined;
  /** What Drover itself is doing with it, which no platform may show before it is over. */
  readonly stage?: HostStage | undefined;
}

export function toHostStateWords(
  host: EstateObject<'host'>,
  connection: ConnectionFacts,
  { first, stage }: HostSeen = {},
): string {
  const { inMaintenance, unreadable } = host.body;
  const own = toHostState(host.body);
  const state = isKnownNow(connection) ? own : `${NOT_KNOWN}, was ${own}`;
  const words = [
    state,
    ...(inMaintenance ? ['in maintenance mode'] : []),
    ...toStageWords(stage, inMaintenance === true),
    ...(first ? [`read only: ${first.body.name} of ${first.connectionId}`] : []),
    ...toUnreadable(unreadable),
  ];
  return words.join(' · ');
}

/** In maintenance mode it is closed anyway. */
function toStageWords(stage: HostStage | undefined, inMaintenance: boolean): string[] {
  if (!stage || (inMaintenance && stage.stage !== 'opened')) return [];
  return [HOST_STAGE_WORDS[stage.stage]];
}

function toHostState({ state, platformState }: HostBody): string {
  return state === 'unknown' ? platformState : state.replaceAll('_', ' ');
}

/** Of an object that an earlier connection shows too (H07). */
export function toSecondViewWords(
  connectionId: string,
  { connectionId: first, body }: EstateObject<'host'>,
): string {
  return `${connectionId} only reads it: its host is ${body.name} of ${first}, where it counts.`;
}

/** A mark for a row; the platform's own words stand below the list, where there is room for them. */
export function toUnreadable(words: string | undefined): string[] {
  return words === undefined ? [] : ['cannot be read'];
}

export function toSizeOrUnknown(bytes: number | undefined): string {
  return bytes === undefined ? NOT_KNOWN : toSize(bytes);
}

/** `4 vCPU · 16 GiB`. */
export function toHardwareWords(body: {
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
}): string {
  const { cpus, memoryBytes } = body;
  if (cpus === undefined && memoryBytes === undefined) return NOT_KNOWN;
  const memory = memoryBytes === undefined ? `memory ${NOT_KNOWN}` : toSize(memoryBytes);
  return `${cpus === undefined ? `vCPU ${NOT_KNOWN}` : `${cpus} vCPU`} · ${memory}`;
}

/** `2 disks, 80 GiB`; with a size that is not known: `2 disks, at least 40 GiB`. */
export function toDiskWords(disks: readonly DiskBody[]): string {
  if (disks.length === 0) return 'no disk';
  const known = disks.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  const sum = toSize(known.reduce((total, bytes) => total + bytes, 0));
  const size = known.length === disks.length ? sum : `at least ${sum}`;
  return `${plural(disks.length, 'disk')}, ${known.length === 0 ? `size ${NOT_KNOWN}` : size}`;
}
