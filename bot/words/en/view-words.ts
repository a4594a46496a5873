/** Words of what is shown and found: kinds, states, places, letters that are not what they seem. */
import type { Bodies, ObjectKind, PowerState } from '#core/inventory/estate-object.ts';
import type { HostStage } from '#core/operations/read-maintenance.ts';
import type { ConnectionState } from '#core/ports/connection-states.ts';
import type { QuotaLine } from '#core/rights/quota-line.ts';
import type { Scope } from '#core/rights/role.ts';
import type { OddCharacter } from '../../grammar/find-invisible.ts';
import { plural, toCount, toSize } from '../units.ts';

export const KIND_WORDS: Readonly<Record<ObjectKind, string>> = {
  vm: 'VM',
  host: 'host',
  cluster: 'cluster',
  datastore: 'datastore',
  network: 'network',
  folder: 'folder',
  template: 'template',
};

export const POWER_WORDS: Readonly<Record<PowerState, string>> = {
  on: 'on',
  off: 'off',
  suspended: 'saved',
  paused: 'paused',
  unknown: 'unknown',
};

/** The job that does it stands beside, whole. */
export const HOST_STAGE_WORDS: Readonly<Record<HostStage['stage'], string>> = {
  emptied: 'being emptied for maintenance',
  opened: 'coming out of maintenance',
  closed: 'closed for maintenance',
};

export const HOLD_WORDS: Readonly<Record<NonNullable<ConnectionState['holdCode']>, string>> = {
  identity_changed: 'another installation answers under its address',
  went_back: 'its event numbers went back',
  many_vanished: 'very much vanished from it at once',
};

/** The same code, found by the audit's anchor and not by the platform's numbers (H37). */
export const DATABASE_HOLD_WORDS = 'Drover’s own database went back';

/** `hv-01 is a host of lab-hv, not of lab-vc`. */
export function toElsewhereTitle(
  kind: ObjectKind,
  name: string,
  { own, others }: { readonly own: string; readonly others: readonly string[] },
): string {
  return `${name} is a ${KIND_WORDS[kind]} of ${others.join(' and ')}, not of ${own}`;
}

export interface ElsewhereFacts {
  readonly kind: string;
  readonly own: string;
  /** Those of the others on which the reader may make VMs; empty: none. */
  readonly open: string;
}

/** What can be done about a name that only another connection has. */
export const ELSEWHERE_WORDS = {
  other: () => '',
  move: ({ kind, own, open }: ElsewhereFacts) =>
    `A VM moves only inside its own connection, so take a ${kind} of ${own}.${
      open &&
      ` To have one on ${open}, make a new VM there with vm create and a template of ${open}.`
    }`,
  make: ({ kind, own, open }: ElsewhereFacts) =>
    `A VM is made on the connection of its template, which is ${own}. Take a ${kind} of ${own}${
      open && `, or a template of ${open}`
    }.`,
  template: ({ open }: ElsewhereFacts) =>
    open && `Leave --connection out, or give --connection ${open}.`,
  connect: ({ own }: ElsewhereFacts) =>
    `A VM joins the networks of its own connection only, so take one of ${own}.`,
} as const satisfies Readonly<Record<string, (facts: ElsewhereFacts) => string>>;
export type ElsewhereRemedy = keyof typeof ELSEWHERE_WORDS;

/** Under an empty list, of the value that nothing has. */
export const NONE_WORDS = {
  holdsNone: (place: ObjectKind, name: string, kind: ObjectKind) =>
    `The ${KIND_WORDS[place]} ${name} is there, with no ${KIND_WORDS[kind]} that you may see.`,
  notThere: (place: ObjectKind, name: string) => `There is no ${KIND_WORDS[place]} ${name}.`,
  noneWith: (option: string, value: string) => `None is known with --${option} ${value}.`,
} as const;

/** What is said where a value is not known (H09): never zero, off or empty. */
export const NOT_KNOWN = 'not known';

/** `Letter 4: zero-width space (U+200B), which nobody sees.` */
export function toOddLetterWords(name: string, odd: OddCharacter): string {
  const letter = [...name.slice(0, odd.index)].length + 1;
  const looks = odd.looksLike === undefined ? 'nobody sees' : `looks like ${odd.looksLike}`;
  return `Letter ${letter}: ${odd.name} (${odd.codePoint}), which ${looks}.`;
}

const COUNT_WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

/** `Two VMs`, `12 VMs`. */
export function toSeveralWords(count: number, kind: ObjectKind): string {
  return `${COUNT_WORDS[count] ?? count} ${KIND_WORDS[kind]}s`;
}

/** What was chosen for a name is another name of the same line. */
export function toChosenTwiceWords(name: string): [string, string] {
  return [
    `What was chosen for ${name} is named twice`,
    'The same line names it already. Leave one of them out. Nothing was done.',
  ];
}

/** `VMs`, of whatever a command names. */
export function toKindsWords(kind: string): string {
  return `${KIND_WORDS[kind as ObjectKind] ?? kind}s`;
}

export const AUTOMATION_WORDS: Readonly<
  Record<NonNullable<Bodies['cluster']['automation']>, string>
> = {
  full: 'the platform by itself',
  partial: 'the platform, when asked',
  off: 'people',
};

export const NETWORK_WORDS: Readonly<Record<Bodies['network']['type'], string>> = {
  standard: 'standard switch',
  distributed: 'distributed switch',
  opaque: 'opaque',
  switch: 'virtual switch',
  other: 'another kind',
};

/** What a connection without this facet cannot do. */
export const CANNOT_WORDS = {
  power: 'start, shut down or stop VMs',
  save: 'save VMs',
  pause: 'pause VMs',
  provisioning: 'make or delete VMs',
  hardware: 'add disks to VMs or change their networks',
} as const;

export const POLICY_WORDS = {
  none: 'No rule names it here, so it would be refused.',
  auto: 'agreed by the rule itself',
  depends: 'Rules that name it; which of them hold depends on the plan, which --plan shows:',
} as const;

/** `on prod-vc, in /prod/web and below, own VMs only`; `everywhere`. */
export function toScopeWords({ connections, clusters, folders, owner }: Scope): string {
  const words = [
    ...(connections ? [`on ${connections.join(' or ')}`] : []),
    ...(clusters ? [`in cluster ${clusters.join(' or ')}`] : []),
    ...(folders ? [`in ${folders.join(' or ')} and below`] : []),
    ...(owner ? ['own VMs only'] : []),
  ];
  return words.join(', ') || 'everywhere';
}

/** `['3 VMs', '10']`, `['24 GiB memory', '96 GiB']`. */
export function toLimitWords({ what, used, limit }: QuotaLine): [string, string] {
  switch (what) {
    case 'vms':
      return [plural(used, 'VM'), toCount(limit)];
    case 'cpus':
      return [`${toCount(used)} vCPU`, toCount(limit)];
    case 'memoryBytes':
      return [`${toSize(used)} memory`, toSize(limit)];
    case 'diskBytes':
      return [`${toSize(used)} disk`, toSize(limit)];
  }
}
