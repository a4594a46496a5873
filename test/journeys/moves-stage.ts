/**
 * A small vCenter for moves: one cluster whose hosts share a datastore, and people who agree. What a host has room for,
 * and who stands where, is said by the test.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstateConnectionFile } from '#adapters/simulator/estate-file.ts';
import { fillIn, makeHardware } from '#adapters/simulator/estate-parts.ts';
import type { Card } from '#bot/cards/card.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import { type Observed, toRef } from '#core/inventory/estate-object.ts';
import type { Step } from '#core/jobs/job.ts';
import type { AnyStepKind } from '#core/jobs/step-kind.ts';
import type { Connection } from '#core/ports/connection.ts';
import { eventually, labConfig, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type Alter, alterBy, hurry } from './alterations.ts';
import { isCardOf, readJob } from './look.ts';

type FileVm = NonNullable<EstateConnectionFile['vms']>[number];
type FileHost = NonNullable<EstateConnectionFile['hosts']>[number];
type FileCluster = NonNullable<EstateConnectionFile['clusters']>[number];

export interface MovesWish {
  /** By host, the names of the VMs on it, all of 8 GiB and running. */
  readonly on: Readonly<Record<string, readonly string[]>>;
  readonly vms?: Readonly<Record<string, Partial<FileVm>>>;
  readonly hosts?: Readonly<Record<string, Partial<FileHost>>>;
  readonly rules?: FileCluster['rules'];
  /** A vCenter where left out; its id is `lab-vc` all the same. */
  readonly kind?: 'hyperv';
  /** Of the cluster; off where left out. */
  readonly automation?: FileCluster['automation'];
  readonly alter?: Alter;
  /** Where an earlier one of the same test left its data. */
  readonly folder?: string;
  readonly config?: (text: string) => string;
}

/** Looks again after milliseconds; the estate is the one wished, on `lab-vc`. */
export async function openMoves(wish: MovesWish): Promise<TestApp> {
  await using stack = new AsyncDisposableStack();
  const folder = wish.folder ?? stack.use(createTemporaryFolder('moves')).path;
  const estate = join(folder, 'estate.json');
  writeFileSync(estate, JSON.stringify({ connections: [makeEstate(wish)] }));
  const { config: change = (text) => text, alter } = wish;
  const app = await openTestApp({
    config: labConfig((text) =>
      change(text.replace('  speed: 0', `  speed: 0\n  estate: ${JSON.stringify(estate)}`)),
    ),
    dataFolder: folder,
    alter: alter ? alterBy(hurry, alter) : hurry,
  });
  stack.use(app);
  const opened = stack.move();
  return { ...app, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

const SHARED = { datastores: ['SAN'], networks: ['LAN'] };

/** As a connection of an estate file. */
export function makeEstate({
  on,
  vms = {},
  hosts = {},
  rules,
  ...wish
}: MovesWish): EstateConnectionFile {
  const { kind = 'vcenter' as const, automation = 'off' } = wish;
  const own = { ...WISH, kind } as const;
  const placed = Object.entries(on).flatMap(([host, names]) =>
    names.map((name) => ({ name, host })),
  );
  return fillIn({
    ...{ id: 'lab-vc', kind, folders: ['/prod/web', '/prod/db'] },
    clusters: [{ name: 'C1', automation, ...(rules && { rules }) }],
    hosts: Object.keys(on).map((name) => ({
      ...{ name, cluster: 'C1', state: 'connected', inMaintenance: false, cpuVendor: 'intel' },
      ...{ cpuCores: 32, cpuUsedShare: 0.2, memory: '256GiB', ...SHARED, ...hosts[name] },
    })),
    datastores: [
      { name: 'SAN', type: 'VMFS', capacity: '20TiB', accessible: true },
      { name: 'SAN-2', type: 'VMFS', capacity: '20TiB', accessible: true },
    ],
    networks: [{ name: 'LAN', type: 'standard', switch: 'vSwitch0' }],
    templates: [makeHardware({ ...own, name: 'ubuntu-24', host: Object.keys(on)[0] ?? '' }, 900)],
    vms: placed.map(({ name, host }, at) => ({
      ...makeHardware({ ...own, name, host }, at),
      ...{ power: 'on', guestTools: 'running', role: 'vm', isHighlyAvailable: kind === 'hyperv' },
      ...{ memoryDemand: '8GiB', cpuDemandCores: 0.2 },
      ...(kind === 'hyperv' && { priority: 'medium' as const }),
      ...vms[name],
    })),
  });
}

const WISH = {
  ...({ folder: '/prod/web', datastore: 'SAN', network: 'LAN' } as const),
  ...{ guestOs: 'Ubuntu Linux (64-bit)', cpus: 2, memoryGib: 8, diskGibs: [40] },
};

/** `app-01` to `app-20`. */
export function names(count: number, group = 'app'): string[] {
  return Array.from({ length: count }, (_, at) => `${group}-${String(at + 1).padStart(2, '0')}`);
}

export const faultsOf = ({ drover }: TestApp) => {
  if (!drover.lab) throw new Error('there is no lab');
  return drover.lab.faults;
};

/** Says the line, and Bob agrees: J-`number` of it may begin. */
export async function ask(app: TestApp, line: string, number = 1): Promise<string> {
  const asked = await say(app, 'carl', line);
  await app.say('bob', `approval approve R-${number}`);
  return asked;
}

/** The answer as one line, which no width of a card cuts. */
export async function say(app: TestApp, person: string, line: string): Promise<string> {
  return toLine((await app.say(person, line)).card);
}

export function toLine(card: Card): string {
  const text = toPlainText(card, { width: 1000, colour: false, showDetails: true });
  return text.replaceAll(/\s+/g, ' ');
}

/** What that person reads of `R-1` or `J-1` now, as one line; nothing while there is no such card. */
export async function readCard(app: TestApp, label: string, person = 'carl'): Promise<string> {
  const views = await app.messages(person);
  const view = views.find((it) => isCardOf(it, label));
  return view ? toLine(view.card) : '';
}

/** Waits until the requester's card of J-1 says it. */
export async function untilCard(app: TestApp, words: RegExp, label = 'J-1'): Promise<string> {
  await eventually(async () => words.test(await readCard(app, label)));
  return readCard(app, label);
}

/** What the requester reads of J-`number` once it has ended. */
export async function endCard(app: TestApp, number = 1, person = 'carl'): Promise<string> {
  const words = (await app.jobEnd(number)).replace('done_with_warning', 'done, with a warning');
  const has = async () => (await readCard(app, `J-${number}`, person)).includes(`· ${words}`);
  await eventually(has);
  return readCard(app, `J-${number}`, person);
}

/** What the platform itself shows, read now: `app-01 on esx-02`, off ones with `(off)`. */
export async function placesOf(app: TestApp): Promise<string[]> {
  const { estate } = connectionOf(app);
  const seen: Observed[] = [];
  await estate.snapshot(async (page) => void seen.push(...page), AbortSignal.timeout(30_000));
  const hosts = new Map(
    seen.flatMap((one) => (one.kind === 'host' ? [[one.handle, one.body.name] as const] : [])),
  );
  return seen
    .flatMap((one) => {
      if (one.kind !== 'vm') return [];
      const { name, power, hostHandle = '' } = one.body;
      const state = power === 'on' ? '' : ` (${power})`;
      return [`${name} on ${hosts.get(hostHandle) ?? 'no host'}${state}`];
    })
    .toSorted();
}

/** Names of VMs on a host, by the platform itself. */
export async function vmsOn(app: TestApp, host: string): Promise<string[]> {
  const places = await placesOf(app);
  return places.flatMap((place) => {
    const [name = '', where = ''] = place.split(' on ');
    return where.split(' ')[0] === host ? [name] : [];
  });
}

/** How the host stands, by the platform itself: `none`, `entering`, `in`. */
export async function markOf(app: TestApp, name: string): Promise<string> {
  const [host] = app.drover.house.index.byName('host', name);
  const { maintenance } = connectionOf(app);
  if (!host || !maintenance) throw new Error(`nothing can be read of ${name}`);
  return (await maintenance.read(toRef(host), AbortSignal.timeout(30_000))).mark;
}

function connectionOf({ drover }: TestApp): Connection {
  const connection = drover.house.connections.get('lab-vc');
  if (!connection) throw new Error('there is no lab-vc');
  return connection;
}

export async function stepsOf(app: TestApp, number = 1): Promise<readonly Step[]> {
  const job = await readJob(app, number);
  return app.drover.house.store.read(({ jobs }) => jobs.listSteps({ jobId: job.id }));
}

export interface HeldStep {
  readonly alter: Alter;
  /** Resolves when the step stands there. */
  readonly reached: Promise<void>;
  release(): void;
}

/** The first step of that kind, of this VM if said, stands still before it is looked at once more or acts. */
export function holdStep(kindName: string, at: 'look' | 'act' | 'verify', name?: string): HeldStep {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const hold = (kind: AnyStepKind): AnyStepKind => ({
    ...kind,
    async [at](...given: Parameters<AnyStepKind['look']>) {
      const { name: own } = given[0] as { readonly name?: string };
      if (name === undefined || own === name) {
        reached.resolve();
        await released.promise;
      }
      return kind[at](...given);
    },
  });
  return {
    alter: alterKind(kindName, hold),
    reached: reached.promise,
    release: () => released.resolve(),
  };
}

/** Carries out steps of one kind in another way. */
export function alterKind(name: string, change: (kind: AnyStepKind) => AnyStepKind): Alter {
  return (parts) => ({
    ...parts,
    listStepKinds: (...given) =>
      parts.listStepKinds(...given).map((kind) => (kind.name === name ? change(kind) : kind)),
  });
}
