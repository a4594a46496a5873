/** A fake site, and Drover's own client for each of its hosts; the tests of one file share one PowerShell. */
import { after, before } from 'node:test';
import type { z } from 'zod';
import { readRecord, type ScriptFault, type ScriptRecord } from '#adapters/hyperv/records.ts';
import type { JsonValue, RemoteLine, RemoteScripts } from '#adapters/hyperv/remote-scripts.ts';
import { type HypervScript, SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { WinrmConfig } from '#adapters/hyperv/winrm/config.ts';
import { createTurnsInAll } from '#adapters/hyperv/winrm/turns.ts';
import { createWinrm } from '#adapters/hyperv/winrm/winrm.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { buildSmall } from '#test/fakes/hyperv/site/estates.ts';
import { type Site, type SiteOptions, startSite } from '#test/fakes/hyperv/site.ts';
import { isPwshPresent } from '#test/peers/powershell/pwsh.ts';

export interface Asked<Answer> {
  readonly answer: Answer | undefined;
  readonly fault: ScriptFault | undefined;
  readonly records: readonly ScriptRecord[];
  readonly lines: readonly RemoteLine[];
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: RemoteLine) => void;
}

export interface OpenedSite extends AsyncDisposable {
  readonly site: Site;
  /** The client of a host, one for all that is asked of it. */
  clientOf(host: string): RemoteScripts;
  hostIdOf(host: string): Promise<string>;
  ask<Answer>(
    host: string,
    script: HypervScript<Answer>,
    parameters?: Readonly<Record<string, JsonValue>>,
    options?: AskOptions,
  ): Promise<Asked<Answer>>;
}

export type Client = Partial<z.input<typeof WinrmConfig>>;

export type OpenSite = (options?: Partial<SiteOptions>, client?: Client) => Promise<OpenedSite>;

/** Of the estate `small`, unless another is built. */
export function keepSites(): OpenSite {
  let pwsh: KeptPwsh | undefined;
  before(async () => {
    if (isPwshPresent()) pwsh = await startKeptPwsh('2022');
  });
  after(() => pwsh?.[Symbol.asyncDispose]());
  return async (options = {}, client = {}) => {
    if (!pwsh) throw new Error('PowerShell has not started');
    return toOpened(await startSite({ build: buildSmall, pwsh, ...options }), client);
  };
}

function toOpened(site: Site, client: Client): OpenedSite {
  const clients = new Map<string, RemoteScripts>();
  const clientOf = (name: string): RemoteScripts => {
    const known = clients.get(name);
    if (known) return known;
    const { address, port } = site.requireHost(name);
    const made = openClient({ ...site, address, port }, client);
    clients.set(name, made);
    return made;
  };
  const ask: OpenedSite['ask'] = (host, script, parameters = {}, options = {}) =>
    readAll(clientOf(host), script, { parameters, ...options });
  return {
    ...{ site, clientOf, ask },
    hostIdOf: async (host) => {
      const { answer } = await ask(host, SCRIPTS.identify);
      if (!answer) throw new Error(`${host} did not say who it is`);
      return answer.hostId;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...clients.values()].map((one) => one.close()));
      await site[Symbol.asyncDispose]();
    },
  };
}

export interface Reached {
  readonly address: string;
  readonly port: number;
  readonly caPem: string;
  readonly user: string;
  readonly password: string;
}

export function openClient(to: Reached, client: Client = {}): RemoteScripts {
  const { address: host, port, user, password, caPem } = to;
  const trust = client.protocol === 'http' ? {} : { ca: caPem };
  const config = WinrmConfig.parse({ host, port, user, password, ...trust, ...client });
  return createWinrm(config, { clock: createClock(), turnsInAll: createTurnsInAll() });
}

export interface ReadOptions extends AskOptions {
  readonly parameters: Readonly<Record<string, JsonValue>>;
}

export async function readAll<Answer>(
  client: RemoteScripts,
  script: HypervScript<Answer>,
  { parameters, signal = new AbortController().signal, onLine }: ReadOptions,
): Promise<Asked<Answer>> {
  const lines: RemoteLine[] = [];
  await client.run({
    ...{ script, parameters, signal, timeLimitMs: 120_000 },
    onLine: (line) => {
      lines.push(line);
      onLine?.(line);
    },
  });
  const records = lines.flatMap(({ text }) => readRecord(text) ?? []);
  const out = records.filter(({ t }) => t === 'out');
  const isWhole = records.at(-1)?.t === 'end' && out.length === 1;
  return {
    ...{ lines, records },
    answer: isWhole ? script.answer.parse(out[0]?.v) : undefined,
    fault: records.find((record) => record.t === 'fault')?.v,
  };
}

/** Of a VM on local drives, as `buildSingle` has them. */
export const toCreate = (
  hostId: string | undefined,
  more: Readonly<Record<string, JsonValue>> = {},
): Record<string, JsonValue> => ({
  ...{ HostId: hostId ?? '', Token: 'step-1', Name: 'web-09', Root: 'C:\\VMs' },
  ...{ TemplatePath: 'C:\\templates\\win2022.vhdx', Generation: 2, Processors: 4 },
  ...{ MemoryBytes: 2 ** 32, IsDifferencing: false, IsClustered: false },
  ...more,
});

/** Whether a line tells that the script has come to this. */
export function hasProgress({ text }: RemoteLine, word: string): boolean {
  const record = readRecord(text);
  return record?.t === 'progress' && record.v.progress === word;
}
