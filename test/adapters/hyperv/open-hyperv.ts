/** A site of Hyper-V for a test, and Drover's connection to it. */
import { after, before } from 'node:test';
import type { z } from 'zod';
import { HypervConfig } from '#adapters/hyperv/config.ts';
import { createHyperv } from '#adapters/hyperv/hyperv.ts';
import { createTurnsInAll } from '#adapters/hyperv/winrm/turns.ts';
import { createClock } from '#adapters/machine/clock.ts';
import type { Connection } from '#core/ports/connection.ts';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { ESTATES, type EstateName } from '#test/fakes/hyperv/site/estates.ts';
import { type Site, type SiteOptions, startSite } from '#test/fakes/hyperv/site.ts';
import { isPwshPresent } from '#test/peers/powershell/pwsh.ts';

export interface OpenedHyperv extends AsyncDisposable {
  readonly site: Site;
  readonly connection: Connection;
}

type ConfigChange = Partial<z.input<typeof HypervConfig>>;

export interface HypervOptions extends Partial<SiteOptions> {
  readonly estate?: EstateName;
  readonly vms?: number;
  readonly config?: ConfigChange;
  /** Gives the files of set-ups. */
  readonly readFile?: (path: string) => string;
}

/** Gives a function that opens a fresh site over the PowerShell that the tests of one file share. */
export function keepHyperv(): (options?: HypervOptions) => Promise<OpenedHyperv> {
  let pwsh: KeptPwsh | undefined;
  before(async () => {
    if (isPwshPresent()) pwsh = await startKeptPwsh('2022');
  });
  after(() => pwsh?.[Symbol.asyncDispose]());
  return async (options = {}) => {
    if (!pwsh) throw new Error('PowerShell has not started');
    return openHyperv({ pwsh, ...options });
  };
}

export const TEMPLATES = {
  small: 'C:\\ClusterStorage\\Volume1\\templates',
  single: 'C:\\templates',
} as const;

export async function openHyperv(options: HypervOptions): Promise<OpenedHyperv> {
  const { estate = 'small', vms = 0, config, readFile, ...siteOptions } = options;
  const build: SiteOptions['build'] = (world) => ESTATES[estate](world, { vms });
  const site = await startSite({ build, ...siteOptions });
  const connection = connectTo(site, { templates: toTemplates(estate), ...config }, readFile);
  return {
    site,
    connection,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await site[Symbol.asyncDispose]();
    },
  };
}

export function toTemplates(estate: EstateName): ConfigChange['templates'] {
  const folder = TEMPLATES[estate];
  return [
    { name: 'win2022', file: `${folder}\\win2022.vhdx`, guestOs: 'Windows Server 2022' },
    { name: 'debian-gen1', file: `${folder}\\debian-gen1.vhdx`, generation: 1 },
  ];
}

/** A further connection to a site. */
export function connectTo(
  { hosts, user, password, caPem }: Pick<Site, 'hosts' | 'user' | 'password' | 'caPem'>,
  config: ConfigChange = {},
  readFile: (path: string) => string = () => '',
): Connection {
  const parsed = HypervConfig.parse({
    ...{ id: 'hv', kind: 'hyperv', user, password, caFile: 'ca.pem', fastSeconds: 0.3 },
    hosts: hosts.map(({ address, port }) => `${address}:${port}`),
    ...config,
  });
  const deps = { clock: createClock(), turnsInAll: createTurnsInAll() };
  const read = (path: string) => (path === 'ca.pem' ? caPem : readFile(path));
  return createHyperv(parsed, { ...deps, readFile: read });
}
