/** `host list`: the hosts that a person may see, with their load. */
import type { EstateObject, HostBody } from '#core/inventory/estate-object.ts';
import { type HostStage, readHostStages } from '#core/operations/read-maintenance.ts';
import { toClusterName } from '../cards/estate-place-words.ts';
import { toHostStateWords } from '../cards/estate-state-words.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';
import { toSize, toSizesOf } from '../words/units.ts';
import { type Asking, defineCommand } from './command.ts';
import {
  CLUSTER_OPTION,
  CONNECTION_OPTION,
  LIMIT_OPTION,
  MATCH_OPTION,
  toFilters,
} from './list-filters.ts';
import { type RowView, replyWithList } from './list-objects.ts';
import { readConnections } from './read-connections.ts';
import { type May, mayOn } from './resolve-name.ts';

export const hostList = defineCommand({
  words: ['host', 'list'],
  summary: 'hosts, with their state and load',
  right: 'host.list',
  changes: false,
  options: [CONNECTION_OPTION, CLUSTER_OPTION, MATCH_OPTION, LIMIT_OPTION],
  examples: ['host list', 'host list --cluster C1', 'host list --match "esx-*"'],
  async run(asking, typed) {
    const mayVm = mayOn(asking, 'vm.list');
    const stages = await asking.house.store.read(readHostStages);
    const isUnderWay = isAnyUnderWay(asking, stages);
    return replyWithList(asking, typed, {
      ...{ kind: 'host', connections: await readConnections(asking.house) },
      columns: [
        // A column of its own: at the end of a long state a narrow terminal would cut the number.
        { title: 'Host' },
        ...(isUnderWay ? [{ title: 'Job', isWhole: true } as const] : []),
        { title: 'State' },
        ...['VMs', 'CPU', 'Memory'].map((title) => ({ title, align: 'right' as const })),
        { title: 'Where' },
      ],
      filters: toFilters(asking, typed),
      row: (host, view) => toRow(host, view, { mayVm, stages, isUnderWay }),
    });
  },
});

/** Of hosts that this person may see. */
function isAnyUnderWay(asking: Asking, stages: ReadonlyMap<string, HostStage>): boolean {
  const may = mayOn(asking, 'host.list');
  return [...stages].some(([id, { jobNumber }]) => {
    const host = asking.house.index.get('host', id);
    return jobNumber !== undefined && host !== undefined && may(host);
  });
}

interface Seen {
  readonly mayVm: May;
  readonly stages: ReadonlyMap<string, HostStage>;
  /** A job empties or opens one of the hosts. */
  readonly isUnderWay: boolean;
}

function toRow(
  host: EstateObject<'host'>,
  { asking, connections }: RowView,
  { mayVm, stages, isUnderWay }: Seen,
): string[] {
  const { index } = asking.house;
  const { connectionId, handle, body } = host;
  const first = index.firstViewOf(host);
  const stage = stages.get(host.id);
  return [
    body.name,
    ...(isUnderWay ? [stage?.jobNumber === undefined ? '–' : `J-${stage.jobNumber}`] : []),
    toHostStateWords(host, connections.of(connectionId), {
      ...{ first, stage },
    }),
    // They are counted once.
    first ? '–' : String(index.vmsOnHost(connectionId, handle).filter(mayVm).length),
    toCpuWords(body),
    toMemoryWords(body),
    `${connectionId} · ${toClusterName(index, host)}`,
  ];
}

/** `37 % of 32`. */
function toCpuWords({ cpuCores, cpuUsedShare }: HostBody): string {
  if (cpuCores === undefined && cpuUsedShare === undefined) return NOT_KNOWN;
  const used = cpuUsedShare === undefined ? '?' : Math.round(cpuUsedShare * 100);
  return `${used} % of ${cpuCores ?? '?'}`;
}

/** `96 GiB of 256 GiB`. */
function toMemoryWords({ memoryBytes, memoryUsedBytes }: HostBody): string {
  if (memoryBytes === undefined) return NOT_KNOWN;
  if (memoryUsedBytes === undefined) return `? of ${toSize(memoryBytes)}`;
  return toSizesOf(memoryUsedBytes, memoryBytes).join(' of ');
}
