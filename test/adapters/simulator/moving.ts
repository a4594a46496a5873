/** The words of tests that move VMs and mark hosts, on either platform of a lab. */
import type { ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import { type Facets, findOne, newCall, readAll, type TestLab, toTestRef } from './open-lab.ts';

const { signal } = newCall();

export interface Moving {
  find<K extends ObjectKind>(kind: K, name: string): Promise<Extract<Observed, { kind: K }>>;
  ref(kind: ObjectKind, name: string): ReturnType<typeof refOf>;
  wish(wish: Names): Promise<MoveWish>;
  /** Orders a move; answers its task. */
  move(vm: string, wish: Names): Promise<string>;
  mark(host: string, drain?: boolean): Promise<string>;
  unmark(host: string, failback?: boolean): Promise<string>;
  stand(host: string): ReturnType<Facets['maintenance']['read']>;
  follow(task: string): Promise<void>;
  /** Name of the host that a VM is on, and its power. */
  where(vm: string): Promise<readonly [string | undefined, string]>;
}

interface Names {
  readonly way?: MoveWish['way'];
  readonly host?: string;
  readonly datastore?: string;
}

async function refOf(on: Facets, kind: ObjectKind, name: string) {
  return toTestRef(on.id, findOne(await readAll(on), kind, name));
}

export function createMoving(on: Facets): Moving {
  const ref = (kind: ObjectKind, name: string) => refOf(on, kind, name);
  const find = async (kind: ObjectKind, name: string) => findOne(await readAll(on), kind, name);
  const wish = async ({ way = 'live', host, datastore }: Names): Promise<MoveWish> => ({
    way,
    ...(host !== undefined && { host: await ref('host', host) }),
    ...(datastore !== undefined && { datastore: await ref('datastore', datastore) }),
  });
  return {
    find: find as Moving['find'],
    ref,
    wish,
    async move(vm, names) {
      return (await on.migration.move(await ref('vm', vm), await wish(names), newCall())) ?? '';
    },
    async mark(host, drain = false) {
      return (await on.maintenance.mark(await ref('host', host), { drain }, newCall())) ?? '';
    },
    async unmark(host, failback = false) {
      return (await on.maintenance.unmark(await ref('host', host), { failback }, newCall())) ?? '';
    },
    stand: async (host) => on.maintenance.read(await ref('host', host), signal),
    follow: (task) => on.tasks.follow(task, newCall()),
    async where(vm) {
      const all = await readAll(on);
      const { body } = findOne(all, 'vm', vm) as Extract<Observed, { kind: 'vm' }>;
      return [all.find((it) => it.handle === body.hostHandle)?.body.name, body.power];
    },
  };
}

/** Every place of `lab-vc` that shows the VM, and the hosts that do not answer. */
export async function copiesOf({ vc }: TestLab, name: string, handle?: string) {
  const all = await readAll(vc);
  const vm = all.find((it) => it.kind === 'vm' && it.body.name === name);
  const ref = {
    connectionId: vc.id,
    kind: 'vm',
    handle: '',
    identity: vm?.identity ?? '',
  } as const;
  const { copies, silent } = await vc.migration.findCopies(
    { ...ref, handle: handle ?? vm?.handle ?? '' },
    signal,
  );
  const hostOf = (it: string | undefined) => all.find(({ handle: of }) => of === it)?.body.name;
  return { places: copies.map(({ body }) => [hostOf(body.hostHandle), body.power]), silent };
}
