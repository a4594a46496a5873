/** What is told of platforms by itself: facts, since when, and what to type. */
import type { NoticedCode } from '#core/ports/noticed.ts';
import { plural, toCount, toSizesOf } from '../units.ts';

export interface NoticedTimes {
  readonly times: number;
  /** When it was told first, as people read it. */
  readonly told: string;
}

interface Titles {
  /** For scripts that wait. */
  readonly label: string;
  readonly open: (name: string) => string;
  readonly over: (name: string) => string;
}

export const NOTICED_WORDS: Readonly<Record<NoticedCode, Titles>> = {
  host_down: {
    label: 'host down',
    open: (name) => `Host ${name} does not respond`,
    over: (name) => `Host ${name} responds again`,
  },
  datastore_nearly_full: {
    label: 'datastore nearly full',
    open: (name) => `Datastore ${name} is nearly full`,
    over: (name) => `Datastore ${name} has room again`,
  },
  io_redirected: {
    label: 'I/O redirected',
    open: (name) => `I/O to datastore ${name} is redirected over the network`,
    over: (name) => `I/O to datastore ${name} goes straight again`,
  },
};

export const NOTICED_TEXTS = {
  gone: (kind: 'Host' | 'Datastore', name: string, connection: string) =>
    `${kind} ${name} is not in ${connection} any more`,
  since: (time: string) => `since ${time}`,
  ended: (time: string) => `over since ${time}`,
  lasted: (begin: string, end: string, duration: string) =>
    `It lasted ${duration}, from ${begin} to ${end}.`,
  again: ({ times, told }: NoticedTimes) =>
    `${toCount(times)} times since ${told}; within half an hour this card alone says so.`,
  platform: (word: string) => `its platform says ${word}`,
  ran: (count: number) =>
    count === 0
      ? 'No VM ran on it when last seen.'
      : `${plural(count, 'VM')} ran on it when last seen.`,
  runElsewhere: (count: number) =>
    count === 1
      ? '1 VM that stood on it runs on another host now'
      : `${toCount(count)} VMs that stood on it run on other hosts now`,
  onHost: (name: string, host: string) => `${name} on ${host}`,
  more: (count: number) => `and ${toCount(count)} more`,
  moved: (count: number) =>
    count === 1
      ? '1 VM left it and was not seen running yet.'
      : `${toCount(count)} VMs left it and were not seen running yet.`,
  free: (freeBytes: number, capacityBytes: number) =>
    `${toSizesOf(freeBytes, capacityBytes).join(' of ')} free, ${toPercent(freeBytes, capacityBytes)} %`,
  limit: (limit: number, cleared: number) =>
    `Told under ${toCount(limit)} %, over from ${toCount(cleared)} % on.`,
  moveAway:
    'vm migrate with --datastore moves the files of a VM away; snapshots and files of no VM take space, too.',
  redirected: (host: string, reasons: readonly string[]) =>
    reasons.length === 0 ? host : `${host}: ${reasons.join(', ')}`,
  slow: 'It works, and is slower: what a host reads and writes there goes through the owner of the volume.',
  next: 'Next:',
} as const;

/** Rounded down: 9.97 % is under 10. */
function toPercent(part: number, whole: number): string {
  return toCount(Math.floor((part / whole) * 1000) / 10);
}
