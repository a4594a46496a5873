/**
 * Follows the estate since a snapshot.
 *
 * The first round tells everything once more, which closes the gap since the snapshot; what the snapshot saw and that
 * round does not tell is asked for by itself. Later rounds only say which objects changed: those are read whole.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EstateChange } from '#core/ports/connection.ts';
import { IN_VIEW, toFilterSpec } from '../filter-spec.ts';
import { readExisting } from '../properties.ts';
import type { MoRef, ObjectContent } from '../schema.ts';
import type { Login } from '../session.ts';
import type { SoapClient } from '../soap/soap-client.ts';
import { createView } from '../views.ts';
import { findFolderPath } from './folder-path.ts';
import { forgetPart, learnPart } from './learn-parts.ts';
import { cut, type Snapshot } from './snapshot.ts';
import type { Surroundings } from './surroundings.ts';
import { toObserved } from './to-observed.ts';
import { findVmFiles, readVm } from './to-vm.ts';
import { type ObjectUpdate, openUpdateWait, type UpdateWait } from './update-wait.ts';
import { ALL, PARTS, toMoRef, VMS } from './wanted.ts';

interface ChangesRead {
  readonly soap: SoapClient;
  readonly login: Login;
  readonly snapshot: Snapshot;
  readonly pageSize: number;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
  readonly onChanges: (changes: readonly EstateChange[]) => Promise<void>;
}

/** Ends only by the signal. @throws VimFault, PostError */
export async function followChanges(read: ChangesRead): Promise<never> {
  const { soap, login, pageSize, waitSeconds, signal } = read;
  const settings = { wanted: ALL, waitSeconds, maxObjects: pageSize };
  const wait = await openUpdateWait(soap, login, settings, signal);
  try {
    for (const wanted of [PARTS, VMS]) {
      const view = await createView(soap, login, { types: Object.keys(wanted), signal });
      const start = { object: view, skip: true, reach: [IN_VIEW] };
      await wait.addFilter(toFilterSpec(wanted, [start]), signal);
    }
    await readFirstRound(read, wait);
    for (;;) await tell(read, (await wait.next(signal)).objects);
  } finally {
    await wait.end();
  }
}

async function readFirstRound(read: ChangesRead, wait: UpdateWait): Promise<void> {
  const unseen = new Set(read.snapshot.kinds.keys());
  for (let isPart = true; isPart; ) {
    const updates = await wait.next(read.signal);
    for (const { obj } of updates.objects) unseen.delete(obj.value);
    await tell(read, updates.objects);
    isPart = updates.isPart;
  }
  for (const handles of cut([...unseen], read.pageSize)) {
    await tellRead(
      read,
      handles.map((handle) => toKnownRef(read, handle)),
      [],
    );
  }
}

function toKnownRef({ snapshot }: ChangesRead, handle: string): MoRef {
  const kind = snapshot.kinds.get(handle) ?? 'vm';
  return toMoRef({ kind, handle }, snapshot.surroundings);
}

async function tell(read: ChangesRead, updates: readonly ObjectUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  // One that enters brings all its properties along; of one that changed or left, the platform is asked.
  const whole = updates.filter(({ kind }) => kind === 'enter');
  const others = updates.filter(({ kind }) => kind !== 'enter').map(({ obj }) => obj);
  await tellRead(read, others, whole);
}

async function tellRead(
  read: ChangesRead,
  asked: readonly MoRef[],
  whole: readonly ObjectContent[],
): Promise<void> {
  const { surroundings } = read.snapshot;
  const paths = listFolderPaths(read);
  const settings = new Map(surroundings.clusters);
  const first = await readWhole(read, asked);
  const contents = [...whole, ...first.contents];
  const told = new Set(contents.map(({ obj }) => obj.value));
  for (const { value } of first.gone) forgetPart(value, surroundings);
  for (const content of contents) learnPart(content, surroundings);
  // A folder's path, a disk's being shared and what HA does with a VM also hang on what happened to others.
  const touched = [
    ...findMovedFolders(read, paths),
    ...contents.flatMap((content) => noteVm(content, read)),
    ...findOtherwiseSet(read, settings),
  ].filter(({ value }) => !told.has(value));
  await pass(read, contents, first.gone);
  for (const page of cut(touched, read.pageSize)) {
    const second = await readWhole(read, page);
    await pass(read, second.contents, second.gone);
  }
}

/** The VMs of clusters that set something for them otherwise than before. */
function findOtherwiseSet(
  { snapshot: { surroundings } }: ChangesRead,
  before: Surroundings['clusters'],
): readonly MoRef[] {
  const { clusters, hosts, vmHosts } = surroundings;
  const changed = new Set(
    [...before.keys()].filter((at) => !isDeepStrictEqual(before.get(at), clusters.get(at))),
  );
  if (changed.size === 0) return [];
  return [...vmHosts].flatMap(([value, host]) =>
    changed.has(hosts.get(host)?.cluster ?? '') ? [{ type: 'VirtualMachine', value }] : [],
  );
}

function readWhole({ soap, login, signal }: ChangesRead, refs: readonly MoRef[]) {
  return readExisting(soap, login, { wanted: ALL, refs, signal });
}

async function pass(
  { onChanges, snapshot: { kinds, surroundings } }: ChangesRead,
  contents: readonly ObjectContent[],
  gone: readonly MoRef[],
): Promise<void> {
  const changes: EstateChange[] = [];
  for (const content of contents) {
    const object = toObserved(content, surroundings);
    if (!object) continue;
    kinds.set(object.handle, object.kind);
    changes.push({ change: 'seen', object });
  }
  for (const { value: handle } of gone) {
    const kind = kinds.get(handle);
    if (!kind) continue;
    kinds.delete(handle);
    changes.push({ change: 'gone', kind, handle });
  }
  if (changes.length > 0) await onChanges(changes);
}

function listFolderPaths({ snapshot: { surroundings } }: ChangesRead) {
  const { folders } = surroundings;
  return new Map([...folders.keys()].map((at) => [at, findFolderPath(surroundings, at)]));
}

function findMovedFolders(read: ChangesRead, before: ReadonlyMap<string, string | undefined>) {
  const after = listFolderPaths(read);
  return [...after]
    .filter(([handle, path]) => before.has(handle) && before.get(handle) !== path)
    .map(([value]): MoRef => ({ type: 'Folder', value }));
}

/** Notes a VM's host and files, and gives the one other VM whose disk has just become shared, or its own alone. */
function noteVm(content: ObjectContent, { snapshot }: ChangesRead): readonly MoRef[] {
  if (content.obj.type !== 'VirtualMachine') return [];
  const vm = readVm(content);
  const handle = content.obj.value;
  const host = vm.properties['runtime.host']?.value;
  if (host !== undefined) snapshot.surroundings.vmHosts.set(handle, host);
  const files = findVmFiles(vm);
  if (!files) return [];
  const { set, findOthers, listFiles } = snapshot.surroundings.files;
  const before = listFiles(handle);
  const changed = [
    ...files.filter((file) => !before.includes(file)),
    ...before.filter((file) => !files.includes(file)),
  ];
  const others = changed.map((file) => findOthers(file, handle));
  set(handle, files);
  return others.flatMap((users) =>
    users.length === 1 ? users.map((value) => ({ type: 'VirtualMachine', value })) : [],
  );
}
