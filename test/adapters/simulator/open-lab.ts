/** A lab in memory whose clock stands still, with the words that its tests use. */
import { randomUUID } from 'node:crypto';
import { createLab, type Lab, type LabOptions } from '#adapters/simulator/simulator.ts';
import type { ObjectKind, ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import type { Call, CloneRequest, Connection } from '#core/ports/connection.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

export const GIB = 2 ** 30;
const signal = new AbortController().signal;

export type Facets = Connection &
  Required<Pick<Connection, 'power' | 'provisioning' | 'migration' | 'maintenance' | 'tasks'>>;

export interface TestLab extends AsyncDisposable {
  readonly lab: Lab;
  readonly clock: ManualClock;
  readonly vc: Facets;
  readonly hv: Facets;
  /** One object by kind and name (a folder by path), as it is shown now. */
  find<K extends ObjectKind>(kind: K, name: string): Promise<Extract<Observed, { kind: K }>>;
  ref(kind: ObjectKind, name: string): Promise<ObjectRef>;
  names(kind: ObjectKind): Promise<readonly string[]>;
  wish(name: string, changed?: Partial<CloneRequest>): Promise<CloneRequest>;
}

/** Opens `lab-vc` for `find`, `ref` and `wish`. Real speed by default: a clone of ubuntu-24 takes 38 s. */
export function openTestLab(options: Partial<LabOptions> = {}): TestLab {
  const clock = createManualClock();
  const lab = createLab({ file: ':memory:', clock, speed: 1, ...options });
  const [vc, hv] = lab.connections as readonly Facets[];
  if (!vc) throw new Error('no connection');
  const all = () => readAll(vc);
  const find = async (kind: ObjectKind, name: string) => findOne(await all(), kind, name);
  const ref = async (kind: ObjectKind, name: string) => toTestRef(vc.id, await find(kind, name));
  return {
    lab,
    clock,
    vc,
    hv: hv ?? vc,
    find: find as TestLab['find'],
    ref,
    names: async (kind) => (await all()).filter((it) => it.kind === kind).map((it) => it.body.name),
    async wish(name, changed) {
      return {
        name,
        template: await ref('template', 'ubuntu-24'),
        folder: await ref('folder', '/lab'),
        host: await ref('host', 'esx-01'),
        datastore: await ref('datastore', 'SAN-A'),
        cpus: 2,
        memoryBytes: 4 * GIB,
        ...changed,
      };
    },
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

export function newCall(changed: Partial<Call> = {}): Call {
  return { stepToken: randomUUID(), signal, onProgress() {}, ...changed };
}

export async function readAll(connection: Connection): Promise<readonly Observed[]> {
  const all: Observed[] = [];
  await connection.estate.snapshot(async (page) => {
    all.push(...page);
  }, signal);
  return all;
}

export function findOne(all: readonly Observed[], kind: ObjectKind, name: string): Observed {
  const found = all.filter(
    (it) => it.kind === kind && ('path' in it.body ? it.body.path : it.body.name) === name,
  );
  const [one] = found;
  if (!one || found.length > 1) throw new Error(`${found.length} of ${kind} are called ${name}`);
  return one;
}

export function toTestRef(connectionId: string, { kind, handle, identity }: Observed): ObjectRef {
  return { connectionId, kind, handle, identity: identity ?? '' };
}
