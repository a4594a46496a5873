/**
 * Looks at each host of a connection for `drover doctor`. Reads only.
 *
 * The account is shown to one host after the other, and to none any more once a host refused it: accounts get locked.
 */
import { readFileSync } from 'node:fs';
import type { Clock } from '#core/ports/clock.ts';
import { readAuthorities } from '../../trust.ts';
import { type HypervConfig, toWinrmConfig } from '../config.ts';
import { RemoteError } from '../remote-scripts.ts';
import type { WinrmConfig } from '../winrm/config.ts';
import { type Connection, createConnection } from '../winrm/connection.ts';
import type { LoadKerberos } from '../winrm/kerberos.ts';
import { createTurnsInAll, type TurnsInAll } from '../winrm/turns.ts';
import type {
  HostExamination,
  HypervExamination,
  LoginExamination,
  NotRead,
} from './examination.ts';
import { type Look, lookAtHost } from './look-at-host.ts';
import { readSettingsOf, readSystem } from './read-host.ts';
import type { WinrmSettings } from './read-settings.ts';
import { createRecorder, type HostRecording } from './record.ts';
import { type Seen, toLoginExamination, watchLogin } from './watched-login.ts';

export interface ExamineDeps {
  readonly clock: Clock;
  readonly now: () => Date;
  /** Gives a PEM file's text. */
  readonly readFile?: (path: string) => string;
  readonly loadKerberos?: LoadKerberos;
  /** Accounts that a host refused, shared by all connections. */
  readonly refused: Set<string>;
}

export interface ExaminedHyperv {
  readonly examination: HypervExamination;
  /** What each host that let the account in said, without names and secrets. */
  readonly record: () => readonly HostRecording[];
}

interface OwnDeps extends ExamineDeps {
  readonly turnsInAll: TurnsInAll;
}

/** Hosts whose scripts run at the same time. */
const AT_ONCE = 8;
const WAIT_MS = 3_600_000;

/** @throws Error when `caFile` cannot be read, or holds no certificate. */
export function createHypervExaminer(
  config: HypervConfig,
  deps: ExamineDeps,
): () => Promise<ExaminedHyperv> {
  const { readFile = (path: string) => readFileSync(path, 'utf8') } = deps;
  const { caFile } = config;
  const ca = caFile === undefined ? undefined : readAuthorities(readFile(caFile), caFile);
  const hosts = config.hosts.map((address) => toWinrmConfig(config, address, ca));
  return () => examine(config, hosts, { ...deps, turnsInAll: createTurnsInAll(AT_ONCE) });
}

async function examine(
  config: HypervConfig,
  hosts: readonly WinrmConfig[],
  deps: OwnDeps,
): Promise<ExaminedHyperv> {
  const recorder = createRecorder(config);
  const looks = await Promise.all(hosts.map((host) => lookAtHost(host, deps.now())));
  const entered = await enterAll(hosts, looks, deps, recorder.watch);
  try {
    const { signal } = new AbortController();
    const examined = await Promise.all(
      entered.map(async ({ config: host, connection, settings, ...seen }) => {
        if (!connection || !settings) return seen.examination;
        using _turn = await deps.turnsInAll.runs.take(WAIT_MS, signal);
        const reading = { settings, ...(await readSystem(connection, host, signal)) };
        return { ...seen.examination, reading };
      }),
    );
    const { id, highlyAvailable: wantsRoles } = config;
    return {
      examination: { id, wantsRoles, hosts: examined },
      record: () => recorder.finish(examined),
    };
  } finally {
    for (const { connection } of entered) connection?.close();
  }
}

interface Entered {
  readonly config: WinrmConfig;
  readonly examination: HostExamination;
  /** Both, once the host let the account in. */
  readonly connection?: Connection;
  readonly settings?: WinrmSettings | NotRead;
}

async function enterAll(
  hosts: readonly WinrmConfig[],
  looks: readonly Look[],
  deps: OwnDeps,
  record: (at: number, connection: Connection) => Connection,
): Promise<Entered[]> {
  const entered: Entered[] = [];
  for (const [at, config] of hosts.entries()) {
    const look = looks[at];
    if (!look) throw new Error('a host that nobody looked at');
    const others = entered.map(({ examination }) => examination.login);
    const account = toAccount(config);
    const mayLogIn = look.reach.state === 'reached' && !deps.refused.has(account);
    if (!mayLogIn) {
      entered.push({ config, examination: toExamination(config, look, undefined) });
      continue;
    }
    const isAcceptedElsewhere = others.some(({ state }) => state === 'accepted');
    const tried = await enter({ config, look, isAcceptedElsewhere }, deps, (it) => record(at, it));
    if (isAgainstTheAccount(tried.examination.login)) deps.refused.add(account);
    entered.push(tried);
  }
  return entered;
}

/** A ticket is of whom the cache or keytab says. */
function toAccount({ authentication, user = '' }: WinrmConfig): string {
  return authentication === 'kerberos' ? 'kerberos' : user.toLowerCase();
}

/** A wrong keytab counts at the KDC as a wrong password does at a host. */
function isAgainstTheAccount(login: LoginExamination): boolean {
  return (
    login.state === 'refused' || (login.state === 'not_possible' && login.cause === 'password')
  );
}

interface Attempted {
  readonly config: WinrmConfig;
  readonly look: Look;
  readonly isAcceptedElsewhere: boolean;
}

async function enter(
  { config, look, isAcceptedElsewhere }: Attempted,
  { clock, turnsInAll, now, loadKerberos }: OwnDeps,
  record: (connection: Connection) => Connection,
): Promise<Entered> {
  const { logIn, seen } = watchLogin(config, { now, loadKerberos });
  const connection = record(createConnection(config, logIn, { clock, turnsInAll }));
  const { signal } = new AbortController();
  try {
    const settings = await readSettingsOf(connection, config, signal);
    const login = { state: 'accepted' } as const;
    return {
      ...{ config, connection, settings },
      examination: toExamination(config, look, { seen, login }),
    };
  } catch (error) {
    connection.close();
    if (!(error instanceof RemoteError)) throw error;
    const login: LoginExamination = seen.isAccepted
      ? { state: 'failed', reason: error.message }
      : toLoginExamination(error, { config, seen, isAcceptedElsewhere });
    return { config, examination: toExamination(config, look, { seen, login }) };
  }
}

function toExamination(
  { host, port, protocol, authentication }: WinrmConfig,
  { reach, certificate }: Look,
  attempt: { readonly seen: Seen; readonly login: LoginExamination } | undefined,
): HostExamination {
  const { clockAheadMs, ownName } = attempt?.seen ?? {};
  return {
    ...{ host: `${host}:${port}`, protocol, authentication, reach },
    ...(certificate && { certificate }),
    ...(clockAheadMs !== undefined && { clockAheadMs }),
    ...(ownName !== undefined && { ownName }),
    login: attempt?.login ?? { state: 'not_tried' },
  };
}
