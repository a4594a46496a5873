/**
 * What a change of one object means to operators: a host went or is back, space ran out, I/O takes another way.
 *
 * Pure. Only a change between two readings counts: what was so when Drover first saw an object is no news, and of what is
 * not known nothing is said (H09).
 */
import type { Bodies, DatastoreBody, HostBody, ObjectKind } from '../inventory/estate-object.ts';
import { isSameJson } from '../plan/canonical-hash.ts';
import type { Json } from '../plan/plan.ts';
import type { NoticedCode } from '../ports/noticed.ts';

export interface NoticedLimits {
  /** Less free space than this is told. 0: never. */
  readonly datastoreFreePercent: number;
  /** From so much on it is over; never less than `datastoreFreePercent`. */
  readonly datastoreClearedPercent: number;
}

export interface Finding {
  readonly code: NoticedCode;
  readonly turn: 'begins' | 'goes_on' | 'ends';
  readonly facts: Readonly<Record<string, Json>>;
}

export interface BodyChange<K extends ObjectKind = ObjectKind> {
  readonly kind: K;
  readonly before: Bodies[K];
  readonly after: Bodies[K];
}

export function judgeChange({ kind, before, after }: BodyChange, limits: NoticedLimits): Finding[] {
  if (kind === 'host') return judgeHost(before as HostBody, after as HostBody);
  if (kind !== 'datastore') return [];
  const datastore = { before: before as DatastoreBody, after: after as DatastoreBody };
  return [...judgeSpace(datastore, limits), ...judgeWay(datastore)];
}

/** Only the state says it: a host that is away by a person's order (`disconnected`) is none that went. */
function judgeHost(before: HostBody, after: HostBody): Finding[] {
  if (before.state === after.state) return [];
  const { name, platformState } = after;
  const finding = { code: 'host_down', facts: { name, platformState } } as const;
  if (after.state === 'connected') return [{ ...finding, turn: 'ends' }];
  // Emptied and fenced: whoever did that may switch it off.
  if (after.state !== 'not_responding' || before.inMaintenance === true) return [];
  return [{ ...finding, turn: 'begins' }];
}

interface Datastores {
  readonly before: DatastoreBody;
  readonly after: DatastoreBody;
}

/** Between both limits nothing begins and nothing ends. */
function judgeSpace({ before, after }: Datastores, limits: NoticedLimits): Finding[] {
  const was = toFreePercent(before);
  const is = toFreePercent(after);
  if (is === undefined) return [];
  const { datastoreFreePercent: limit, datastoreClearedPercent: cleared } = limits;
  const { name, freeBytes, capacityBytes } = after;
  const facts = {
    ...{ name, freeBytes: freeBytes ?? 0, capacityBytes: capacityBytes ?? 0 },
    ...{ limit, cleared },
  };
  const finding = { code: 'datastore_nearly_full', facts } as const;
  if (is >= cleared)
    return was !== undefined && was >= cleared ? [] : [{ ...finding, turn: 'ends' }];
  if (is < limit && !(was !== undefined && was < limit)) return [{ ...finding, turn: 'begins' }];
  // Not for each byte: people read whole percents.
  return was !== undefined && Math.floor(was) === Math.floor(is)
    ? []
    : [{ ...finding, turn: 'goes_on' }];
}

/** What a datastore that nobody reaches says of its space is old, or zero. */
function toFreePercent({ freeBytes, capacityBytes, accessible }: DatastoreBody) {
  if (accessible === false || freeBytes === undefined || !capacityBytes) return undefined;
  return (freeBytes / capacityBytes) * 100;
}

/** Some volumes always are redirected, by what they are made of: only one that was known not to be begins to be. */
function judgeWay({ before, after }: Datastores): Finding[] {
  const was = before.redirected;
  const is = after.redirected;
  if (is === undefined) return [];
  const hosts = is.map(({ hostName, reasons }) => ({ hostName, reasons: [...reasons] }));
  const finding = { code: 'io_redirected', facts: { name: after.name, hosts } } as const;
  if (is.length === 0) return was?.length === 0 ? [] : [{ ...finding, turn: 'ends' }];
  if (was?.length === 0) return [{ ...finding, turn: 'begins' }];
  const isSame = isSameJson(was as unknown as Json, is as unknown as Json);
  return isSame ? [] : [{ ...finding, turn: 'goes_on' }];
}
