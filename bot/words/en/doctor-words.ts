/** What `drover doctor` says of directory and groups. */
import type { Disagreement } from '#core/rights/configured-group.ts';
import { GROUP_REMEDY, toDisagreementWords } from './group-words.ts';

interface ShownServer {
  readonly server: string;
  readonly fault?: { readonly reason: string };
  readonly certificate?: {
    readonly subject: string;
    readonly expiresAt: Date;
    readonly refusedBecause?: string;
  };
  readonly login: string;
  readonly token: { readonly state: string };
  readonly isOfDomain?: boolean;
  readonly domain?: string;
  readonly clockAheadMs?: number;
}

interface ShownGroup {
  readonly name: string;
  readonly state: string;
  readonly groupId?: string;
  readonly unreadable?: readonly string[];
}

/** What its name was pinned to; absent: it was never read. */
interface ShownPin {
  readonly groupId: string;
  readonly pinnedAt: Date;
}

const GROUP_STATES: Readonly<Record<string, string>> = {
  found: 'is there',
  ambiguous: 'names several groups: write its SID into drover.yaml instead',
  distribution: 'is a distribution group, which gives no rights: name a security group',
  missing: 'is not in the directory: Drover does not start while a role or rule names it',
  not_readable: 'cannot be read with this account',
  not_asked: 'was not looked for, since no server could be asked',
  no_domain: 'was not looked for: under directory.baseDn the servers have nothing',
};

const CLOCK_WORTH_SAYING_MS = 60_000;

export const DOCTOR_WORDS = {
  summary: (faults: number) =>
    faults === 0 ? 'All is as it should be.' : `${faults} to look at; Drover changed nothing.`,
  recordFolderInUse: (folder: string) =>
    `${folder} holds files already: name a new folder after --record.`,
  recordFolderUnfit: (folder: string, reason: string) =>
    `Nothing can be recorded in ${folder}: ${reason}. Name a new folder after --record, below one where this account may write.`,
  labPeople: 'no directory: the lab’s own people, for connections on this machine alone',
  server: (server: ShownServer) => `${server.server}: ${toServerWords(server).join('; ')}`,
  /** `pin`: undefined where pins cannot be read. */
  group: (group: ShownGroup, pin: ShownPin | null | undefined) =>
    [
      `group ${group.name} ${toStateWords(group, pin)}${group.groupId ? ` (${group.groupId})` : ''}`,
      ...(pin === undefined ? [] : [toPinWords(group, pin)]),
      ...((group.unreadable?.length ?? 0) > 0
        ? [`cannot be read: ${group.unreadable?.join(', ')}; the others count`]
        : []),
    ].join('; '),
  /** `keys`: where the configuration has the name. */
  disagreement: (disagreement: Disagreement, keys: readonly string[]) =>
    `${toDisagreementWords(disagreement)} ${keys.join(' and ')} give nothing by it. ${GROUP_REMEDY}`,
  pinsNotReadable: (words: string) => `what groups are pinned to cannot be read: ${words}`,
} as const;

function toStateWords({ state }: ShownGroup, pin: ShownPin | null | undefined): string {
  if (state === 'missing' && pin) return 'is not in the directory';
  return GROUP_STATES[state] ?? state;
}

function toPinWords({ state, groupId }: ShownGroup, pin: ShownPin | null): string {
  if (!pin)
    return state === 'found' ? 'not pinned yet: the next start does it' : 'never read before';
  const since = pin.pinnedAt.toISOString().slice(0, 10);
  return groupId === pin.groupId
    ? `pinned since ${since}`
    : `pinned to ${pin.groupId} since ${since}, which holds`;
}

function toDomainWords(domain: string | undefined): string {
  return domain === undefined
    ? 'it is of another domain than baseDn says'
    : `it is of the domain ${domain}, which is not what directory.baseDn says: write baseDn: ${domain}, or name servers of the other domain`;
}

function toServerWords(server: ShownServer): string[] {
  const { fault, certificate, login, token, isOfDomain, domain, clockAheadMs = 0 } = server;
  if (certificate?.refusedBecause)
    return [
      `its certificate (${certificate.subject}) is not trusted: ${certificate.refusedBecause}`,
    ];
  if (fault)
    return [
      `does not answer as it should: ${fault.reason}. Look whether a domain controller speaks LDAPS there and can be reached from this machine, or correct directory.servers`,
    ];
  const until = certificate?.expiresAt.toISOString().slice(0, 10);
  return [
    login === 'accepted' ? 'lets Drover’s account in' : `refuses Drover’s account (${login})`,
    ...(until ? [`certificate until ${until}`] : []),
    ...(token.state === 'equal' ? ['groups can be read'] : []),
    ...(token.state === 'empty'
      ? ['groups cannot be read: put the account into Windows Authorization Access Group']
      : []),
    ...(token.state === 'differs' ? ['two ways to read its groups differ: ask its operators'] : []),
    ...(isOfDomain === false ? [toDomainWords(domain)] : []),
    ...(Math.abs(clockAheadMs) > CLOCK_WORTH_SAYING_MS
      ? [`its clock is ${Math.round(clockAheadMs / 1000)} s ahead of this machine’s`]
      : []),
  ];
}
