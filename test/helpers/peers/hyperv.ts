import { fileURLToPath } from 'node:url';
import type { SiteControl, SiteControls } from '#test/fakes/hyperv/site/control.ts';
import type { SiteMainOptions } from '#test/fakes/hyperv/site/main.ts';
import { startOwnProcess } from './own-process.ts';
import type { ThrowAwayCertificate } from './throw-away-certificate.ts';

export interface HypervSiteHost {
  readonly name: string;
  /** 127.0.0.11 and on; the certificate is made out to it. */
  readonly address: string;
  readonly port: number;
  /** `https://127.0.0.11:PORT/wsman` */
  readonly url: string;
}

export interface HypervSite extends AsyncDisposable {
  readonly hosts: readonly HypervSiteHost[];
  /** The authority of all hosts, good as the only one that a client trusts. */
  readonly caPem: string;
  /** With `hosts[0].port` another site stands in for this one. */
  readonly authority: ThrowAwayCertificate;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  control<Name extends SiteControl>(
    name: Name,
    ...asks: SiteControls[Name]['asks'] extends undefined ? [] : [SiteControls[Name]['asks']]
  ): Promise<SiteControls[Name]['answer']>;
}

export type HypervSiteOptions = Partial<SiteMainOptions>;

const main = fileURLToPath(new URL('../../fakes/hyperv/site/main.ts', import.meta.url));

/**
 * Starts a fake site of Hyper-V in a process of its own, which outlives whatever asks it; it ends when disposed of, and with
 * this process. Needs the peers `powershell` and `openssl`.
 */
export async function startHypervSite(options: HypervSiteOptions = {}): Promise<HypervSite> {
  const own = await startOwnProcess({
    command: process.execPath,
    args: [main, JSON.stringify({ estate: 'small', ...options })],
    ready: /^READY (\{.*\})$/,
  });
  const { control, authority, ...told } = JSON.parse(own.ready[1] ?? '');
  return {
    ...told,
    authority,
    caPem: authority.cert,
    pid: own.pid,
    control: async (name, ...asks) => {
      const response = await fetch(`http://127.0.0.1:${control}/${name}`, {
        method: 'POST',
        body: JSON.stringify(asks[0] ?? {}),
        headers: { connection: 'close' },
      });
      const said = await response.text();
      if (!response.ok) throw new Error(`control ${name}: ${said}`);
      return JSON.parse(said) ?? undefined;
    },
    [Symbol.asyncDispose]: () => own.stop(),
  };
}
