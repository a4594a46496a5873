import { z } from 'zod';
import { DEFAULT_PORTS, WinrmConfig } from './winrm/config.ts';

/** `hv01.corp.example`, or with a port of its own `hv01.corp.example:5986`. */
const HostAddress = z
  .string()
  .regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$/, {
    error: 'must be a name or an IPv4 address, as hv01.corp.example or hv01.corp.example:5986',
  })
  .transform((text) => text.toLowerCase());

/** Folders of `C:\VMs\x.vhdx`; neither a share nor a way up. */
const WindowsPath = z
  .string()
  .regex(/^[A-Za-z]:\\[^<>:"/|?*]+$/, {
    error:
      'must be a path on a drive of the host, as C:\\ClusterStorage\\Volume1\\templates\\win2025.vhdx',
  })
  .refine((path) => !path.split('\\').includes('..'), { error: 'must not lead upwards (..)' });

const FolderName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}$/, {
  error: 'must be the name of one folder',
});

const GIB = 2 ** 30;

/** What the guest does at its first start. Files stand beside drover.yaml, and are read at start. */
const SetUp = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cloud-init'),
    userData: z.string().min(1),
    networkConfig: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('unattend'), file: z.string().min(1) }),
]);

/** Hyper-V itself has no templates: one is a generalised disk file, and what a VM made from it begins with. */
const Template = z.strictObject({
  name: z.string().min(1).max(80),
  file: WindowsPath.refine((path) => /\.vhdx?$/i.test(path), { error: 'must be a .vhdx or .vhd' }),
  generation: z.literal([1, 2]).default(2),
  /** `differencing`: the VM's disk stands on the template's file, which must then never change or move. */
  disk: z.enum(['copy', 'differencing']).default('copy'),
  cpus: z.int().min(1).max(2048).default(2),
  memoryGib: z.number().min(0.5).max(12_288).default(4),
  guestOs: z.string().min(1).optional(),
  /** Generation 2: `MicrosoftUEFICertificateAuthority` for Linux. Left out: as Hyper-V makes it, for Windows. */
  secureBootTemplate: z
    .enum(['MicrosoftWindows', 'MicrosoftUEFICertificateAuthority', 'OpenSourceShieldedVM'])
    .optional(),
  setUp: SetUp.optional(),
});

/** How the hosts are reached. */
const Reach = {
  hosts: z.array(HostAddress).min(1).max(64),
  protocol: z.enum(['https', 'http']).default('https'),
  authentication: z.enum(['ntlm', 'kerberos', 'basic']).default('ntlm'),
  allowBasic: z.boolean().default(false),
  user: z.string().min(1).optional(),
  /** The secret itself, already resolved. */
  password: z.string().min(1).optional(),
  /** A PEM file; only what it vouches for is trusted. */
  caFile: z.string().min(1).optional(),
  /** SHA-256 of each host's own certificate, by its address as under `hosts`; nothing else is trusted then. */
  thumbprints: z.record(HostAddress, z.string()).optional(),
  connectTimeoutMs: z.int().min(100).max(60_000).default(10_000),
  /** Scripts at once on one host; from 2 on, one place is kept for those that only read. */
  concurrency: z.int().min(1).max(5).default(4),
};
/** As much as can be judged whatever else is wrong with the connection, so that all of it is told at once. */
const ToReach = z.object(Reach);
const Named = z.object({ templates: z.array(z.object({ name: z.string() })) });

/** One stand-alone Hyper-V host or several, or all nodes of one failover cluster. */
export const HypervConfig = z
  .strictObject({
    id: z.string().min(1),
    kind: z.literal('hyperv'),
    ...Reach,
    templates: z.array(Template).default([]),
    /** VMs are made below it, at the root of the drive or shared volume that was chosen. */
    vmFolder: FolderName.default('VMs'),
    /** Deleted VMs' disks are moved there, at the root of their volume, instead of being deleted. */
    recycleFolder: FolderName.optional(),
    /** The hosts are in no cluster; VMs move between them all the same. */
    standAlone: z.boolean().default(false),
    /** Whether VMs may be made on the hosts' own drives; left out: on a stand-alone host alone. */
    localDrives: z.boolean().optional(),
    /** VMs on shared volumes become roles of the cluster. */
    highlyAvailable: z.boolean().default(true),
    /** How often VMs' states, hosts and the cluster are read. */
    fastSeconds: z.number().min(0.1).max(600).default(30),
    /** How often disks, networks and checkpoints are read, where nothing showed a change before. */
    slowSeconds: z.number().min(1).max(7200).default(600),
  })
  .superRefine(checkHosts, { when: ({ value }) => ToReach.safeParse(value).success })
  .superRefine(checkTemplates, { when: ({ value }) => Named.safeParse(value).success })
  .transform((config) => ({
    ...config,
    templates: config.templates.map(({ memoryGib, ...template }) => ({
      ...template,
      memoryBytes: Math.round(memoryGib * GIB),
    })),
  }));
export type HypervConfig = z.output<typeof HypervConfig>;
export type HypervTemplate = HypervConfig['templates'][number];

function checkTemplates({ templates }: z.output<typeof Named>, context: z.RefinementCtx): void {
  for (const at of listDoubles(templates.map(({ name }) => name)))
    context.addIssue({
      code: 'custom',
      path: ['templates', at, 'name'],
      message: 'is there twice',
    });
}

function checkHosts(config: z.output<typeof ToReach>, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const { hosts, thumbprints } = config;
  const port = DEFAULT_PORTS[config.protocol];
  const whole = hosts.map((host) => (host.includes(':') ? host : `${host}:${port}`));
  for (const at of listDoubles(whole)) refuse(['hosts', at], 'is there twice');
  for (const host of Object.keys(thumbprints ?? {}))
    if (!hosts.includes(host)) refuse(['thumbprints', host], 'is not under hosts');
  for (const host of thumbprints ? hosts : [])
    if (thumbprints?.[host] === undefined) refuse(['thumbprints'], `${host} is missing`);
  for (const [at, host] of hosts.entries()) {
    const parsed = WinrmConfig.safeParse(toWinrmInput(config, host, config.caFile && '-'));
    for (const { path, message } of parsed.error?.issues ?? []) {
      const key = String(path[0]);
      // What is not of one host is said once.
      if (OF_ONE_HOST.has(key))
        refuse(key === 'thumbprint' ? ['thumbprints', host] : ['hosts', at], message);
      else if (at === 0) refuse([NAMES.get(key) ?? key], message);
    }
  }
}

const NAMES = new Map([['ca', 'caFile']]);
const OF_ONE_HOST: ReadonlySet<string> = new Set(['host', 'port', 'thumbprint']);

function listDoubles(names: readonly string[]): number[] {
  return names.flatMap((name, at) => (names.indexOf(name) < at ? [at] : []));
}

type WinrmParts = Pick<
  HypervConfig,
  | 'protocol'
  | 'authentication'
  | 'allowBasic'
  | 'user'
  | 'password'
  | 'thumbprints'
  | 'connectTimeoutMs'
  | 'concurrency'
>;

/** How one of the hosts is reached. */
export function toWinrmConfig(config: WinrmParts, address: string, ca: string | undefined) {
  return WinrmConfig.parse(toWinrmInput(config, address, ca));
}

function toWinrmInput(
  { thumbprints, user, password, ...config }: WinrmParts,
  address: string,
  ca: string | undefined,
): z.input<typeof WinrmConfig> {
  const [host = '', port] = address.split(':');
  const { protocol, authentication, allowBasic, connectTimeoutMs, concurrency } = config;
  const thumbprint = thumbprints?.[address];
  return {
    ...{ host, protocol, authentication, allowBasic, connectTimeoutMs, concurrency },
    ...(port !== undefined && { port: Number(port) }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(thumbprint !== undefined && { thumbprint }),
  };
}
