/** What a host that let the account in said of itself: quotas, rights, modules, cluster, live migration. */
import { HYPERV_WORDS } from '../words/en/doctor-hyperv-words.ts';
import type { Finding } from './doctor.ts';
import type { ExaminedHost } from './doctor-hyperv.ts';

type Reading = NonNullable<ExaminedHost['reading']>;
type Settings = Exclude<Reading['settings'], { readonly code: string }>;
type System = Exclude<Reading['system'], { readonly code: string }>;
type Cluster = Exclude<NonNullable<Reading['cluster']>, { readonly code: string }>;

const well = (text: string): Finding => ({ isWell: true, text });
const ill = (text: string): Finding => ({ isWell: false, text });

export interface Wishes {
  /** New VMs become roles of the cluster. */
  readonly wantsRoles: boolean;
  /** There is no other host in this connection. */
  readonly isAlone: boolean;
}

export function listReading(host: ExaminedHost, wishes: Wishes): Finding[] {
  if (!host.reading) return [];
  const { settings, system, cluster } = host.reading;
  return [
    ...('code' in settings ? [toNoSettings(host, settings)] : listSettings(host, settings)),
    ...('code' in system ? [toNoSystem(host, system)] : listSystem(host, system, wishes)),
    ...(cluster ? listCluster(host, cluster, wishes) : []),
  ];
}

function toNoSettings(
  host: ExaminedHost,
  { code, reason = code }: { code: string; reason?: string },
) {
  // The least rights do not have it: nothing is wrong.
  if (code === 'denied') return well(HYPERV_WORDS.settingsDenied(host));
  return ill(HYPERV_WORDS.settingsNotRead(host, reason));
}

interface Quota {
  readonly name: string;
  readonly has: (settings: Settings) => number | undefined;
  readonly needs: number;
  readonly path: string;
}

/** Five shells of 250 operations each, four scripts at once, envelopes of 150 KiB. */
const QUOTAS: readonly Quota[] = [
  {
    name: 'MaxShellsPerUser',
    has: ({ maxShellsPerUser }) => maxShellsPerUser,
    needs: 5,
    path: 'Shell\\MaxShellsPerUser',
  },
  {
    name: 'MaxConcurrentOperationsPerUser',
    has: ({ maxOperationsPerUser }) => maxOperationsPerUser,
    needs: 1250,
    path: 'Service\\MaxConcurrentOperationsPerUser',
  },
  {
    name: 'MaxMemoryPerShellMB',
    has: ({ maxMemoryPerShellMb }) => maxMemoryPerShellMb,
    needs: 512,
    path: 'Shell\\MaxMemoryPerShellMB',
  },
  {
    name: 'MaxEnvelopeSizekb',
    has: ({ maxEnvelopeKb }) => maxEnvelopeKb,
    needs: 150,
    path: 'MaxEnvelopeSizekb',
  },
];

function listSettings(host: ExaminedHost, settings: Settings): Finding[] {
  const told = QUOTAS.flatMap(({ name, has }) => {
    const value = has(settings);
    return value === undefined ? [] : [`${name} ${value}`];
  });
  const binding = settings.channelBinding;
  const short = QUOTAS.flatMap(({ name, has, needs, path }) => {
    const value = has(settings);
    // 0 is no limit of memory.
    if (value === undefined || value >= needs || (value === 0 && path.includes('Memory')))
      return [];
    return [ill(HYPERV_WORDS.quota(host, name, value, needs, path))];
  });
  const isStrict = binding === 'Strict' && host.authentication === 'kerberos';
  return [
    well(
      HYPERV_WORDS.settings(host, [...told, ...(binding ? [`CbtHardeningLevel ${binding}`] : [])]),
    ),
    ...short,
    ...(isStrict ? [ill(HYPERV_WORDS.strictKerberos(host))] : []),
    ...(settings.isUnencryptedAllowed ? [ill(HYPERV_WORDS.unencrypted(host))] : []),
  ];
}

function toNoSystem(
  host: ExaminedHost,
  { code, reason = code }: { code: string; reason?: string },
) {
  if (code === 'denied') return ill(HYPERV_WORDS.noShell(host));
  return ill(HYPERV_WORDS.notRead(host, 'the host', reason));
}

const ADMINISTRATORS = 'S-1-5-32-544';
const HYPERV_ADMINISTRATORS = 'S-1-5-32-578';

function listSystem(host: ExaminedHost, system: System, wishes: Wishes): Finding[] {
  const { windows, version, powershell, modules, groups, hypervFault, clusterService } = system;
  const versions = modules.map((module) => `${module.name} ${module.version}`);
  const has = (name: string) => modules.some((module) => module.name === name);
  const needed = clusterService === '' ? ['Hyper-V'] : ['Hyper-V', 'FailoverClusters'];
  const isAdministrator = groups.includes(ADMINISTRATORS);
  const isAllowed = isAdministrator || groups.includes(HYPERV_ADMINISTRATORS);
  const group = isAdministrator ? 'Administrators' : 'Hyper-V Administrators';
  return [
    well(
      HYPERV_WORDS.system(host, [
        `${windows} (${version})`,
        `PowerShell ${powershell}`,
        ...versions,
      ]),
    ),
    ...(isOld(powershell) ? [ill(HYPERV_WORDS.oldPowershell(host, powershell))] : []),
    ...needed
      .filter((name) => !has(name))
      .map((name) => ill(HYPERV_WORDS.moduleMissing(host, name))),
    isAllowed
      ? well(HYPERV_WORDS.hypervRights(host, group))
      : ill(HYPERV_WORDS.noHypervRights(host)),
    ...(hypervFault === '' ? [] : [ill(HYPERV_WORDS.hypervFault(host, hypervFault))]),
    ...listMigration(host, system, wishes),
    ...(clusterService === '' || clusterService === 'Running'
      ? []
      : [ill(HYPERV_WORDS.clusterServiceOff(host, clusterService))]),
    ...(system.clusterFault === ''
      ? []
      : [ill(HYPERV_WORDS.notRead(host, 'whether it is in a cluster', system.clusterFault))]),
  ];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 5 || (major === 5 && minor < 1);
}

function listMigration(
  host: ExaminedHost,
  { migration, clusterService, name }: System,
  { isAlone }: Wishes,
): Finding[] {
  // Of a lone host nothing moves.
  if (!migration || (isAlone && clusterService === '')) return [];
  if (!migration.enabled) return [ill(HYPERV_WORDS.migrationOff(host))];
  if (migration.authentication !== 'Kerberos') return [ill(HYPERV_WORDS.migrationCredssp(host))];
  const networks = migration.anyNetwork
    ? 'any network'
    : migration.networks.join(', ') || 'no network';
  return [
    well(HYPERV_WORDS.migration(host, migration.atOnce, networks)),
    ...(clusterService === '' ? [well(HYPERV_WORDS.delegation(host, name))] : []),
  ];
}

function listCluster(
  host: ExaminedHost,
  cluster: NonNullable<Reading['cluster']>,
  wishes: Wishes,
): Finding[] {
  if ('code' in cluster)
    return [
      ill(HYPERV_WORDS.clusterNotRead(host, cluster.fault ?? cluster.reason ?? cluster.code)),
    ];
  const { nodes, hopTo, hopFault } = cluster;
  const states = nodes.map(({ name, state }) => `${name} ${state}`);
  return [
    well(HYPERV_WORDS.cluster(host, cluster.cluster, states)),
    ...nodes
      .filter(({ state }) => state !== 'Up')
      .map(({ name, state }) => ill(HYPERV_WORDS.clusterNodeDown(host, name, state))),
    ...(hasAccess(host, cluster) ? [] : [ill(HYPERV_WORDS.clusterNoAccess(host))]),
    ...(hopTo === '' ? [] : [toHop(host, { hopTo, hopFault }, wishes)]),
  ];
}

/** Administrators have it by a rule of theirs, unless somebody took it away. */
function hasAccess({ reading }: ExaminedHost, { access }: Cluster): boolean {
  const system = reading?.system;
  if (!system || 'code' in system) return true;
  if (system.groups.includes(ADMINISTRATORS)) return true;
  const account = system.account.toLowerCase();
  return access.some(
    ({ who, kind, rights }) =>
      who.toLowerCase() === account && kind === 'Allow' && /full/i.test(rights),
  );
}

function toHop(
  host: ExaminedHost,
  { hopTo, hopFault }: Pick<Cluster, 'hopTo' | 'hopFault'>,
  { wantsRoles }: Wishes,
): Finding {
  if (hopFault === '') return well(HYPERV_WORDS.hop(host, hopTo));
  const system = host.reading?.system;
  const computer = system && 'name' in system ? system.name : host.host;
  const hop = { computer, node: hopTo, fault: hopFault };
  return { isWell: !wantsRoles, text: HYPERV_WORDS.noHop(host, hop) };
}
