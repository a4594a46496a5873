/** What cards claim, held against what the platform itself shows. */
import type { EvacuationTruth, StandingVm } from '#test/torture/evacuation-truth.ts';
import { compare } from '../outcome.ts';
import type { SeenCard } from './chat.ts';
import { type Cast, ROLES, type Site } from './site.ts';

export type Standing = Pick<EvacuationTruth, 'vms' | 'mark'>;

/** By its name: what the card claims or the story wishes, and what there is. */
export type Claims = Readonly<Record<string, readonly [claimed: unknown, shown: unknown]>>;

export interface Judge {
  /** Empty when all is true. */
  readonly differences: readonly string[];
  /** Reads the platform, says in one line what was compared, and keeps what differs. */
  hold(stage: string, toClaims: (standing: Standing) => Claims): Promise<void>;
}

export async function createJudge(site: Site, note: (text: string) => void): Promise<Judge> {
  const before = await site.read();
  const differences: string[] = [];
  return {
    differences,
    async hold(stage, toClaims) {
      const standing = await site.read();
      // None is lost, none is there twice, each is who it was.
      const claims: Claims = {
        'all VMs': [listIdentities(before), listIdentities(standing)],
        ...toClaims(standing),
      };
      const pick = (at: 0 | 1) =>
        Object.fromEntries(Object.entries(claims).map(([name, pair]) => [name, pair[at]]));
      const found = compare(pick(0), pick(1));
      differences.push(...found.map((text) => `${stage}: ${text}`));
      const verdict = found.length === 0 ? 'as the platform shows' : found.join('; ');
      note(`compared ${stage}: ${Object.keys(claims).join(', ')}: ${verdict}\n`);
    },
  };
}

const listIdentities = ({ vms }: Standing) =>
  vms.map(({ name, identity }) => `${name} ${identity}`).toSorted();

/** Who runs on that host, by name. */
export function listRunningOn({ vms }: Standing, host: string): string[] {
  return vms
    .filter((vm) => vm.host === host && vm.power === 'on')
    .map(({ name }) => name)
    .toSorted();
}

export function findVm({ vms }: Standing, name: string): StandingVm {
  const found = vms.find((one) => one.name === name);
  if (!found) throw new Error(`the platform shows no ${name}`);
  return found;
}

/** Names after `still running on it:`; none where the card does not say so. */
export function listLeftByCard({ text }: SeenCard): string[] {
  const names = /still running on it: ([^.]+)\./.exec(text)?.[1] ?? '';
  return names === '' ? [] : names.split(/, | and /).toSorted();
}

/** `incomplete` of `J-1 · incomplete`. */
export function readEnd({ text }: SeenCard, label: string): string {
  return new RegExp(`${label} · (done, with a warning|[a-z]+)`).exec(text)?.[1] ?? 'not said';
}

/** `18 VMs move while they run`. */
export function countMovesByCard({ text }: SeenCard): number {
  return Number(/(\d+) VMs? moves? while (?:it|they) runs?/.exec(text)?.[1] ?? 0);
}

/** Under Details: each VM that moves and the host to which it goes, by name. */
export function listMovesByCard({ text }: SeenCard): Map<string, string> {
  const found = text.matchAll(/((?:app|by)-[\d-]+) (\S+) (?:· )?★/g);
  const moves = [...found].map(([, name = '', host = '']) => [name, host] as const);
  return new Map(moves.toSorted());
}

/** Of those that are named: one that went to another host, and one that somebody took away in the same moment. */
const NAMED_AS_MOVED =
  /move \S+ to \S+ instead|and the result is there as wished|where somebody else has put it/g;

/** Those that are counted and those that are named. */
export function countMovedByCard({ text }: SeenCard): number {
  const counted = Number(/(\d+) VMs moved/.exec(text)?.[1] ?? 0);
  return counted + [...text.matchAll(NAMED_AS_MOVED)].length;
}

export function countStillThere({ vms }: Standing, plan: SeenCard, host: string): number {
  const planned = listMovesByCard(plan);
  return vms.filter((vm) => vm.host === host && planned.has(vm.name)).length;
}

interface Happened {
  readonly site: Site;
  readonly cast: Cast;
}

/** Of each that met with something: what the card says of it, and where it is. */
export function toFates(end: SeenCard, standing: Standing, { site: { host }, cast }: Happened) {
  const goesOff = findVm(standing, cast.goesOff);
  const pinned = findVm(standing, ROLES.pinned);
  const saysOff = end.text.includes(`The guest of ${cast.goesOff} went off meanwhile`);
  const saysDown = end.text.includes(`${ROLES.pinned}: it is to be shut down`);
  const instead = new RegExp(`move ${cast.follower} to (\\S+) instead`).exec(end.text)?.[1];
  return {
    [cast.goesOff]: [
      ['off', true],
      [goesOff.power, saysOff],
    ],
    [ROLES.pinned]: [
      ['off', host, true],
      [pinned.power, pinned.host, saysDown],
    ],
    [cast.follower]: [instead, findVm(standing, cast.follower).host],
  } as const;
}

/** Whose move is asked about, where the card asks about one alone. */
export function findUnknownByCard({ lines }: SeenCard): string {
  const asked = lines.map((line) => /^\?\smove (\S+) to \S+: Whether it happened/.exec(line)?.[1]);
  const [name, ...others] = asked.filter((one) => one !== undefined);
  if (name === undefined || others.length > 0) throw new Error('it is not clear which is meant');
  return name;
}
