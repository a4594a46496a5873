/**
 * Reads the whole estate in pages: what VMs are told by comes first, then the VMs.
 *
 * Server and client work at once: the first VMs are asked for before everything else, and each next page while its
 * forerunner is turned. So at most two pages are held.
 */
import { setImmediate } from 'node:timers/promises';
import type { ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import { IN_VIEW, type Start, type Wanted } from '../filter-spec.ts';
import { readPages } from '../pages.ts';
import { readExisting } from '../properties.ts';
import type { ObjectContent } from '../schema.ts';
import type { Login } from '../session.ts';
import type { SoapClient } from '../soap/soap-client.ts';
import { createView, destroyView } from '../views.ts';
import { learnPart } from './learn-parts.ts';
import { createSurroundings, type Surroundings } from './surroundings.ts';
import { toObserved } from './to-observed.ts';
import { findVmFiles, type ReadVm, readVm, toVm } from './to-vm.ts';
import { PARTS, VMS } from './wanted.ts';

/** Objects that are turned at a time. */
const SLICE = 25;

interface SnapshotRead {
  readonly soap: SoapClient;
  readonly login: Login;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  readonly onPage: (page: readonly Observed[]) => Promise<void>;
}

export interface Snapshot {
  readonly surroundings: Surroundings;
  /** Every object that was told, and as what: what is gone has to be told as the same. */
  readonly kinds: Map<string, ObjectKind>;
}

/** @throws VimFault, PostError */
export async function takeSnapshot(read: SnapshotRead): Promise<Snapshot> {
  const snapshot: Snapshot = { surroundings: createSurroundings(), kinds: new Map() };
  const vms = askAhead(readAll(read, VMS));
  try {
    await readParts(read, snapshot);
    await readVms(read, snapshot, vms);
  } finally {
    await vms.leave();
  }
  return snapshot;
}

async function readParts(read: SnapshotRead, snapshot: Snapshot): Promise<void> {
  const { surroundings } = snapshot;
  const parts: ObjectContent[] = [];
  for await (const page of readAll(read, PARTS)) parts.push(...page);
  await mapInSlices(parts, (part) => learnPart(part, surroundings));
  const turned = await mapInSlices(parts, (part) => toObserved(part, surroundings) ?? []);
  const observed = turned.flat();
  for (const page of cut(observed, read.pageSize)) await tell(read, snapshot, page);
}

async function readVms(read: SnapshotRead, snapshot: Snapshot, answers: Answers): Promise<void> {
  const { surroundings, kinds } = snapshot;
  // Two VMs on one file may come in different answers: the earlier one is told again at the end.
  const corrected = new Set<string>();
  let page: Observed[] = [];
  surroundings.files.isComplete = true;
  for (let contents = await answers.next(); contents; contents = await answers.next()) {
    const vms = await mapInSlices(contents, readVm);
    for (const vm of vms) noteVm(vm, snapshot, corrected);
    const turned = await mapInSlices(vms, (vm) => toVm(vm, surroundings));
    if (page.length + turned.length > read.pageSize) {
      await read.onPage(page);
      page = [];
    }
    page.push(...turned);
    for (const { kind, handle } of turned) kinds.set(handle, kind);
  }
  if (page.length > 0) await read.onPage(page);
  for (const some of cut([...corrected], read.pageSize)) {
    const refs = some.map((value) => ({ type: 'VirtualMachine', value }));
    const { soap, login, signal } = read;
    const { contents } = await readExisting(soap, login, { wanted: VMS, refs, signal });
    await read.onPage(contents.map((content) => toVm(readVm(content), surroundings)));
  }
}

async function tell(
  { onPage }: SnapshotRead,
  { kinds }: Snapshot,
  page: readonly Observed[],
): Promise<void> {
  for (const { kind, handle } of page) kinds.set(handle, kind);
  await onPage(page);
}

function noteVm(
  vm: ReadVm,
  { surroundings: { files, vmHosts }, kinds }: Snapshot,
  corrected: Set<string>,
): void {
  const handle = vm.content.obj.value;
  const host = vm.properties['runtime.host']?.value;
  if (host !== undefined) vmHosts.set(handle, host);
  const own = findVmFiles(vm) ?? [];
  files.set(handle, own);
  for (const other of own.flatMap((file) => files.findOthers(file, handle))) {
    if (kinds.has(other)) corrected.add(other);
  }
}

/** Objects as they arrive, at most `pageSize` at a time, also from a server that answers everything at once. */
async function* readAll(
  { soap, login, pageSize, signal }: SnapshotRead,
  wanted: Wanted,
): AsyncGenerator<readonly ObjectContent[]> {
  const view = await createView(soap, login, { types: Object.keys(wanted), signal });
  try {
    const starts: Start[] = [{ object: view, skip: true, reach: [IN_VIEW] }];
    for await (const answer of readPages(soap, login, { wanted, starts, pageSize, signal })) {
      yield* cut(answer, pageSize);
    }
  } finally {
    await destroyView(soap, view);
  }
}

interface Answers {
  /** `undefined` after the last one. */
  next(): Promise<readonly ObjectContent[] | undefined>;
  /** Ends the reading wherever it is. */
  leave(): Promise<unknown>;
}

/** Asks for the first answer at once, and for each next one as soon as one is taken. */
function askAhead(answers: AsyncGenerator<readonly ObjectContent[]>): Answers {
  const ask = () => {
    const asked = answers.next();
    // Its failure is told to whoever takes it, and to nobody if none does.
    asked.catch(() => undefined);
    return asked;
  };
  let ahead = ask();
  return {
    next: async () => {
      const { done, value } = await ahead;
      if (done) return undefined;
      ahead = ask();
      return value;
    },
    leave: () => answers.return(undefined),
  };
}

/** Other work has its turn in between: nobody waits for a page of VMs. */
async function mapInSlices<A, B>(list: readonly A[], map: (item: A) => B): Promise<readonly B[]> {
  const mapped: B[] = [];
  for (const slice of cut(list, SLICE)) {
    for (const item of slice) mapped.push(map(item));
    await setImmediate();
  }
  return mapped;
}

export function* cut<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
