/** What `drover doctor` says. */

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
  readonly clockAheadMs?: number;
}

interface ShownGroup {
  readonly name: string;
  readonly state: string;
  readonly groupId?: string;
  readonly unreadable?: readonly string[];
}

const GROUP_STATES: Readonly<Record<string, string>> = {
  found: 'is there',
  ambiguous: 'names several groups: write its SID into drover.yaml instead',
  distribution: 'is a distribution group, which gives no rights: name a security group',
  missing: 'is not in the directory: Drover does not start while a role or rule names it',
  not_readable: 'cannot be read with this account',
  not_asked: 'was not looked for, since no server could be asked',
};

const CLOCK_WORTH_SAYING_MS = 60_000;

export const DOCTOR_WORDS = {
  summary: (faults: number) =>
    faults === 0 ? 'All is as it should be.' : `${faults} to look at; Drover changed nothing.`,
  labPeople: 'no directory: the lab’s own people, for connections on this machine alone',
  server: (server: ShownServer) => `${server.server}: ${toServerWords(server).join('; ')}`,
  group: ({ name, state, groupId, unreadable = [] }: ShownGroup) =>
    [
      `group ${name} ${GROUP_STATES[state] ?? state}${groupId ? ` (${groupId})` : ''}`,
      ...(unreadable.length > 0 ? [`cannot be read: ${unreadable.join(', ')}`] : []),
    ].join('; '),
  slack: (missing: readonly string[]) =>
    missing.length === 0
      ? 'Slack: the token is good and has every scope'
      : `Slack: the token is good; it lacks ${missing.join(', ')}. Add the scopes and install the app again.`,
  teams: 'Teams: the app signs in; whether Teams reaches Drover cannot be asked from here',
} as const;

function toServerWords(server: ShownServer): string[] {
  const { fault, certificate, login, token, isOfDomain, clockAheadMs = 0 } = server;
  if (certificate?.refusedBecause)
    return [
      `its certificate (${certificate.subject}) is not trusted: ${certificate.refusedBecause}`,
    ];
  if (fault) return [`does not answer as it should: ${fault.reason}`];
  const until = certificate?.expiresAt.toISOString().slice(0, 10);
  return [
    login === 'accepted' ? 'lets Drover’s account in' : `refuses Drover’s account (${login})`,
    ...(until ? [`certificate until ${until}`] : []),
    ...(token.state === 'equal' ? ['groups can be read'] : []),
    ...(token.state === 'empty'
      ? ['groups cannot be read: put the account into Windows Authorization Access Group']
      : []),
    ...(token.state === 'differs' ? ['two ways to read its groups differ: ask its operators'] : []),
    ...(isOfDomain === false ? ['it is of another domain than baseDn says'] : []),
    ...(Math.abs(clockAheadMs) > CLOCK_WORTH_SAYING_MS
      ? [`its clock is ${Math.round(clockAheadMs / 1000)} s ahead of this machine’s`]
      : []),
  ];
}
