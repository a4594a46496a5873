/** Where a VM stands whose move did not come to its end: in one place, in none, in two (H15). */
import type { Verdict } from '../jobs/step-kind.ts';
import type { Call, Connection } from '../ports/connection.ts';
import type { MoveVmInput } from './move-vm.ts';
import { type ObservedVm, requireMigration } from './step-world.ts';

interface Judging {
  readonly call: Call;
  /** Its host takes no VMs meanwhile. */
  readonly isLeaving: boolean;
}

/** It is not where it was wished: one place is where it stayed, two are a question (H15). */
export async function judgeCopies(
  connection: Connection,
  input: MoveVmInput,
  { call, isLeaving }: Judging,
): Promise<Verdict> {
  const { vm, name: vmName, way, from, fromName } = input;
  const { copies, silent } = await requireMigration(connection).findCopies(vm, call.signal);
  const [only, ...more] = copies;
  if (!only) {
    const found = silent.length > 0 ? 'cannot_tell' : 'not_as_wished';
    return { verdict: found, facts: { vm: vmName, found: 'gone', silent } };
  }
  const hasStayed = only.body.hostHandle === from.handle;
  // The only one that answers stands where it never arrived, and the other may be on a host that does not answer.
  const isUnproven = !hasStayed && silent.length > 0;
  if (more.length > 0 || isUnproven) {
    const places = await toPlaces(connection, input, { copies, signal: call.signal });
    return toTwoCopies(places, silent, vmName);
  }
  const wentOff = way !== 'off' && only.body.power === 'off' && hasStayed;
  if (!wentOff) return { verdict: 'not_as_wished', observed: only, facts: { vm: vmName } };
  const facts = { vm: vmName, host: fromName, ...(isLeaving && { isHostClosed: true }) };
  return { verdict: 'as_wished', code: 'guest_went_off', observed: only, facts };
}

interface Place {
  readonly copy: ObservedVm;
  readonly hostName: string;
}

/** Hosts by name: of a handle nobody knows where it is. */
async function toPlaces(
  { estate }: Connection,
  { from, fromName, host, hostName }: MoveVmInput,
  { copies, signal }: { readonly copies: readonly ObservedVm[]; readonly signal: AbortSignal },
): Promise<Place[]> {
  const names = new Map([[from.handle, fromName]]);
  if (host && hostName !== undefined) names.set(host.handle, hostName);
  const places: Place[] = [];
  for (const copy of copies) {
    const handle = copy.body.hostHandle ?? copy.handle;
    const seen = names.has(handle)
      ? undefined
      : await estate.read({ kind: 'host', handle }, signal);
    places.push({ copy, hostName: names.get(handle) ?? seen?.body.name ?? handle });
  }
  return places;
}

/** The only one that runs is the VM, if nobody is silent; else nothing proves which of them is. */
function toTwoCopies(places: readonly Place[], silent: readonly string[], vm: string): Verdict {
  const running = places.filter(({ copy }) => copy.body.power === 'on');
  const [proven] = running.length === 1 && silent.length === 0 ? running : [];
  const copies = places.filter((place) => place !== proven).map(toPlaceText);
  return {
    ...{ verdict: 'not_as_wished', code: 'two_copies' },
    ...(proven && { observed: proven.copy }),
    facts: {
      ...{ vm, copies },
      ...(silent.length > 0 && { silent }),
      ...(proven && { host: proven.hostName }),
    },
  };
}

/** Place and size, as data: `esx-03 42949672960`. */
function toPlaceText({ copy, hostName }: Place): string {
  const bytes = copy.body.disks.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  return `${hostName} ${bytes}`;
}
