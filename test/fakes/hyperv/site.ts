/**
 * A FAKE site of Hyper-V: hosts, each a true WinRM service on a loopback address of its own, and one real PowerShell that runs
 * what is sent to any of them over one model of the estate.
 *
 * The wire and PowerShell are real; Windows, Hyper-V and the failover cluster are the model's claim (test/peers/powershell/README.md).
 */
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { createTemporaryFolder, findFastFolder } from '#test/helpers/peers/temporary-folder.ts';
import type { ThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { type KeptPwsh, startKeptPwsh } from './powershell/kept-pwsh.ts';
import { makeHostCertificate, makeSiteAuthority } from './site/certificates.ts';
import { createHostRunner } from './site/host-runner.ts';
import { createJournal, type JournalEntry } from './site/journal.ts';
import { createModelTime, type ModelTimeOptions } from './site/model-time.ts';
import { createLostAnswers, createPower, type Power } from './site/power.ts';
import {
  loseHost,
  loseVolume,
  redirectVolume,
  returnHost,
  returnVolume,
  stopHost,
} from './world/disasters.ts';
import { createOrderedFaults, type OrderedFaults } from './world/faults.ts';
import { createWorld, type World } from './world/world.ts';
import {
  startWsManServer,
  USERS,
  type WsManServer,
  type WsManServerOptions,
} from './ws-man-server.ts';

export interface SiteOptions extends ModelTimeOptions {
  /** Puts the hosts and what is on them into the empty world. */
  readonly build: (world: World) => void;
  /** One that is shared; else the site starts its own. */
  readonly pwsh?: KeptPwsh;
  /** The same on every address; a free one unless given. */
  readonly port?: number | undefined;
  /** Of an earlier site that this one stands in for. */
  readonly authority?: ThrowAwayCertificate | undefined;
  readonly server?: Partial<Omit<WsManServerOptions, 'run' | 'address' | 'port' | 'certificate'>>;
  /** Real milliseconds that copying a template takes: a create can be watched, and cancelled. */
  readonly createTakesMs?: number | undefined;
  /** A template is copied only then. */
  readonly createWaitsFor?: Promise<unknown>;
  readonly culture?: string;
  readonly saysProgress?: boolean;
  readonly endsRunsWithShell?: boolean | undefined;
}

export interface SiteHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly url: string;
  /** Faults on the wire are ordered there. */
  readonly server: WsManServer;
  /** Faults of cmdlets. */
  readonly faults: OrderedFaults;
}

export interface Site extends AsyncDisposable {
  readonly world: World;
  readonly hosts: readonly SiteHost[];
  readonly caPem: string;
  readonly authority: ThrowAwayCertificate;
  readonly user: string;
  readonly password: string;
  readonly journal: readonly JournalEntry[];
  requireHost(name: string): SiteHost;
  /** Its VMs are off, what runs is ended, and nothing listens until `comeBack`. */
  rebootHost(name: string): Promise<void>;
  /** The same, and its highly available VMs start on other nodes. */
  loseNode(name: string): Promise<void>;
  comeBack(name: string): Promise<void>;
  loseVolume(name: string): void;
  returnVolume(name: string): void;
  redirectVolume(name: string, node: string, isRedirected?: boolean): void;
  /** Nothing is reachable any more; what runs is ended. */
  cutOff(): Promise<void>;
  /** The next script that changes something is carried out to its end, and its connection ends instead of the answer. */
  loseNextAnswer(): void;
}

const firstAddress = 11;
const toAddress = (at: number) => `127.0.0.${firstAddress + at}`;

export async function startSite(options: SiteOptions): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(createTemporaryFolder('hyperv-site', findFastFolder()));
  const world = createWorld(folder.path);
  options.build(world);
  const pwsh = options.pwsh ?? stack.use(await startKeptPwsh('2022'));
  const authority = options.authority ?? (await makeSiteAuthority());
  const names = [...world.hosts.keys()];
  const port = options.port ?? (await findFreePort(...names.map((_, at) => toAddress(at))));
  const journal = createJournal();
  const power = createPower();
  stack.defer(() => power.endAll());
  const lostAnswers = createLostAnswers();
  const { culture = 'en-US', saysProgress = true, endsRunsWithShell = true } = options;
  const common = { world, pwsh, journal, culture, saysProgress, endsRunsWithShell };
  const slowDown = createModelTime(world.clock, withCreate(options));

  const hosts: SiteHost[] = [];
  for (const [at, name] of names.entries()) {
    const address = toAddress(at);
    const certificate = await makeHostCertificate(authority, { name, address });
    const faults = createOrderedFaults();
    const run = createHostRunner({
      ...{ ...common, host: name, faults, slowDown, power, takeLostAnswer: lostAnswers.take },
    });
    const server = stack.use(
      await startWsManServer({ ...options.server, run, certificate, address, port }),
    );
    hosts.push({ name, address, port, url: server.url, server, faults });
  }
  const opened = stack.move();
  return {
    ...toDeeds({ world, hosts, power }),
    ...{ world, hosts, authority, journal: journal.entries, caPem: authority.cert },
    user: 'LAB\\svc-drover',
    password: USERS['svc-drover'],
    loseNextAnswer: lostAnswers.order,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface Parts {
  readonly world: World;
  readonly hosts: readonly SiteHost[];
  readonly power: Power;
}

function toDeeds({ world, hosts, power }: Parts) {
  const requireHost = (name: string): SiteHost => {
    const host = hosts.find((one) => one.name === name);
    if (!host) throw new Error(`the site has no host ${name}`);
    return host;
  };
  const takeAway = async (name: string, befall: typeof stopHost) => {
    const { server } = requireHost(name);
    const ended = power.end(name); // before the model: a script in the middle does nothing more
    befall(world, name);
    await server.goAway();
    await ended;
  };
  return {
    requireHost,
    rebootHost: (name: string) => takeAway(name, stopHost),
    loseNode: (name: string) => takeAway(name, loseHost),
    comeBack: async (name: string) => {
      returnHost(world, name);
      await requireHost(name).server.comeBack();
    },
    loseVolume: (name: string) => loseVolume(world, name),
    returnVolume: (name: string) => returnVolume(world, name),
    redirectVolume: (name: string, node: string, isRedirected = true) =>
      redirectVolume(world, name, node, isRedirected),
    cutOff: async () => {
      for (const { server } of hosts) await server.goAway();
    },
  };
}

function withCreate({ timeFactor = 0, takesMs = {}, createTakesMs, createWaitsFor }: SiteOptions) {
  // A copy, or a differencing disk in its place.
  const ofCreate = <T>(it: T | undefined): Readonly<Record<string, T>> =>
    it === undefined ? {} : { 'Copy-Item': it, 'New-VHD': it };
  return {
    ...{ timeFactor, takesMs: { ...ofCreate(createTakesMs), ...takesMs } },
    waitsFor: ofCreate(createWaitsFor),
  };
}
