/** What one commit is going to write: reads see it already, nobody else does. */
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import { type DeedInputs, type DeedName, isLive, type LabTask, type Twist } from './task.ts';
import type { LabObject, LabObjectOf, LabPlatform } from './world-object.ts';

/** One platform's world, to read. */
export interface PlatformView {
  readonly platform: LabPlatform;
  get<K extends ObjectKind>(kind: K, handle: string): LabObjectOf<K> | undefined;
  list<K extends ObjectKind>(kind: K): Iterable<LabObjectOf<K>>;
  /** All that are called so. */
  named<K extends ObjectKind>(kind: K, name: string): Iterable<LabObjectOf<K>>;
  /** Those that are not over. */
  tasks(): readonly LabTask[];
}

export interface DraftedObject {
  readonly kind: ObjectKind;
  readonly handle: string;
  readonly object?: LabObject | undefined;
}

export interface DraftedWrites {
  readonly objects: readonly DraftedObject[];
  readonly tasks: readonly LabTask[];
  readonly platform?: LabPlatform | undefined;
}

/** What the platform itself begins, judged when it does. */
export type Order = (draft: Draft) =>
  | {
      readonly [D in DeedName]: {
        readonly deed: D;
        readonly input: DeedInputs[D];
        readonly twist?: Twist | undefined;
      };
    }[DeedName]
  | undefined;

export interface Draft extends PlatformView {
  put(object: LabObject): void;
  remove(kind: ObjectKind, handle: string): void;
  putTask(task: LabTask): void;
  putPlatform(platform: LabPlatform): void;
  /** Begun at the end of this commit, one after another. */
  order(order: Order): void;
  /** The next of those that were ordered. */
  nextOrder(): Order | undefined;
  /** `vm-1017`; never given twice. */
  newHandle(kind: ObjectKind): string;
  newTaskId(): string;
  drafted(): DraftedWrites;
}

const HANDLE_PREFIX: Readonly<Record<ObjectKind, string>> = {
  cluster: 'domain-c',
  host: 'host-',
  datastore: 'datastore-',
  network: 'network-',
  folder: 'group-v',
  template: 'vm-',
  vm: 'vm-',
};

export function createDraft(base: PlatformView, counters: { handle: number; task: number }): Draft {
  const objects = new Map<string, DraftedObject>();
  const tasks = new Map<string, LabTask>();
  const orders: Order[] = [];
  let platform: LabPlatform | undefined;

  function draftedOf<K extends ObjectKind>(kind: K): readonly LabObjectOf<K>[] {
    const drafted = [...objects.values()].filter((it) => it.kind === kind);
    return drafted.flatMap((it) => (it.object as LabObjectOf<K> | undefined) ?? []);
  }

  function withDrafted<K extends ObjectKind>(
    kind: K,
    found: Iterable<LabObjectOf<K>>,
    drafted: readonly LabObjectOf<K>[],
  ): Iterable<LabObjectOf<K>> {
    if (objects.size === 0) return found;
    const kept = [...found].filter((it) => !objects.has(`${kind} ${it.handle}`));
    return [...kept, ...drafted];
  }

  return {
    get platform() {
      return platform ?? base.platform;
    },
    get<K extends ObjectKind>(kind: K, handle: string) {
      const drafted = objects.get(`${kind} ${handle}`);
      return drafted ? (drafted.object as LabObjectOf<K> | undefined) : base.get(kind, handle);
    },
    list: (kind) => withDrafted(kind, base.list(kind), draftedOf(kind)),
    named: (kind, name) =>
      withDrafted(
        kind,
        base.named(kind, name),
        draftedOf(kind).filter((it) => it.body.name === name),
      ),
    tasks: () =>
      [...base.tasks().filter((it) => !tasks.has(it.id)), ...tasks.values()].filter(isLive),
    put(object) {
      const { kind, handle } = object;
      objects.set(`${kind} ${handle}`, { kind, handle, object });
    },
    remove: (kind, handle) => void objects.set(`${kind} ${handle}`, { kind, handle }),
    putTask: (task) => void tasks.set(task.id, task),
    putPlatform(changed) {
      platform = changed;
    },
    order: (order) => void orders.push(order),
    nextOrder: () => orders.shift(),
    newHandle: (kind) => `${HANDLE_PREFIX[kind]}${++counters.handle}`,
    newTaskId: () => `task-${++counters.task}`,
    drafted: () => ({ objects: [...objects.values()], tasks: [...tasks.values()], platform }),
  };
}
