/**
 * The world of the lab in memory, over its SQLite file: reads come from memory, a commit writes the file first.
 *
 * Every change of an object gets the next change number; it is what a mark of the estate facet counts in.
 */
import { createDraft, type Draft, type DraftedWrites, type PlatformView } from './draft.ts';
import { createShelf, keepRow, type Shelf, viewShelf } from './shelf.ts';
import { isLive, type LabTask } from './task.ts';
import type { LabObject, LabPlatform } from './world-object.ts';
import { type ObjectRow, toNumber, type WorldStore } from './world-store.ts';

export interface NewPlatform {
  readonly platform: LabPlatform;
  readonly objects: readonly LabObject[];
}

export type CommitListener = (connectionId: string, rows: readonly ObjectRow[]) => void;

export interface World {
  readonly connectionIds: readonly string[];
  view(connectionId: string): PlatformView;
  /** The number of the newest change. */
  newestChange(): number;
  /** What changed after a change number, oldest first. */
  rowsSince(connectionId: string, change: number): readonly ObjectRow[];
  liveTasks(): Iterable<LabTask>;
  findTask(id: string): LabTask | undefined;
  /** Every task there ever was. */
  allTasks(): readonly LabTask[];
  /** The number of the newest task; 0 when there was none. */
  newestTask(): number;
  /** All that `work` writes is one commit; nothing of it, when it throws. */
  commit<T>(connectionId: string, work: (draft: Draft) => T): T;
  /** Called after each commit. The answer ends it. */
  onCommit(listener: CommitListener): () => void;
  close(): void;
}

interface Memory {
  readonly shelves: Map<string, Shelf>;
  readonly live: Map<string, LabTask>;
  /** The newest numbers given. */
  readonly counters: { change: number; handle: number; task: number };
}

/** `makeNew` is asked for the platforms of a file that has none; all of them are one commit. */
export function openWorld(store: WorldStore, makeNew: () => readonly NewPlatform[]): World {
  if (store.loadPlatforms().length === 0) store.write(toFirstWrites(makeNew()));
  const memory = loadMemory(store);
  const { live, counters } = memory;
  const listeners = new Set<CommitListener>();

  const view = (connectionId: string) =>
    viewShelf(shelfOf(memory, connectionId), () =>
      [...live.values()].filter((it) => it.connectionId === connectionId),
    );

  return {
    connectionIds: [...memory.shelves.keys()],
    view,
    newestChange: () => counters.change,
    rowsSince: (connectionId, change) =>
      [...shelfOf(memory, connectionId).rows.values()]
        .filter((row) => row.change > change)
        .sort((a, b) => a.change - b.change),
    liveTasks: () => live.values(),
    findTask: (id) => live.get(id) ?? store.loadTask(id),
    allTasks: () => store.loadTasks('all'),
    newestTask: () => counters.task,
    commit(connectionId, work) {
      const draft = createDraft(view(connectionId), counters);
      const result = work(draft);
      const rows = write(store, memory, connectionId, draft.drafted());
      for (const listener of [...listeners]) listener(connectionId, rows);
      return result;
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => store.close(),
  };
}

function toFirstWrites(list: readonly NewPlatform[]) {
  let change = 0;
  const objects = list.flatMap(({ platform, objects: made }) =>
    made.map((object): ObjectRow => {
      const { kind, handle } = object;
      return { connectionId: platform.id, change: ++change, kind, handle, object };
    }),
  );
  return { platforms: list.map((it) => it.platform), objects, tasks: [] };
}

function loadMemory(store: WorldStore): Memory {
  const shelves = new Map(store.loadPlatforms().map((it) => [it.id, createShelf(it)]));
  const live = new Map(store.loadTasks('live').map((it) => [it.id, it]));
  const memory = { shelves, live, counters: { change: 0, handle: 1000, task: store.newestTask() } };
  for (const row of store.loadObjects()) keep(memory, row);
  return memory;
}

function shelfOf({ shelves }: Memory, connectionId: string): Shelf {
  const shelf = shelves.get(connectionId);
  if (!shelf) throw new Error(`The lab has no connection ${connectionId}.`);
  return shelf;
}

function keep(memory: Memory, row: ObjectRow): void {
  const { counters } = memory;
  keepRow(shelfOf(memory, row.connectionId), row);
  counters.change = Math.max(counters.change, row.change);
  counters.handle = Math.max(counters.handle, toNumber(row.handle) || 0);
}

/** Memory follows only when the file has taken it. */
function write(
  store: WorldStore,
  memory: Memory,
  connectionId: string,
  { objects, tasks, platform }: DraftedWrites,
): readonly ObjectRow[] {
  let change = memory.counters.change;
  const rows = objects.map((it) => ({ ...it, connectionId, change: ++change }));
  store.write({ platforms: platform ? [platform] : [], objects: rows, tasks });
  if (platform) shelfOf(memory, connectionId).platform = platform;
  for (const row of rows) keep(memory, row);
  for (const task of tasks) {
    if (isLive(task)) memory.live.set(task.id, task);
    else memory.live.delete(task.id);
  }
  return rows;
}
