/** A WinRM service with a scripted host behind it, and Drover's client for it. */

import type { z } from 'zod';
import type { RemoteLine, RemoteRun, RemoteScripts } from '#adapters/hyperv/remote-scripts.ts';
import { WinrmConfig } from '#adapters/hyperv/winrm/config.ts';
import { createTurnsInAll, type TurnsInAll } from '#adapters/hyperv/winrm/turns.ts';
import { createWinrm } from '#adapters/hyperv/winrm/winrm.ts';
import { createClock } from '#adapters/machine/clock.ts';
import type { Clock } from '#core/ports/clock.ts';
import {
  createScriptedHost,
  type Deed,
  type ScriptedHost,
} from '#test/fakes/hyperv/scripted-host.ts';
import {
  startWsManServer,
  USERS,
  type WsManServer,
  type WsManServerOptions,
} from '#test/fakes/hyperv/ws-man-server.ts';

export interface OpenedHost extends AsyncDisposable {
  readonly server: WsManServer;
  readonly host: ScriptedHost;
  readonly scripts: RemoteScripts;
  readonly config: WinrmConfig;
}

export interface HostOptions {
  readonly deed?: Deed;
  readonly server?: Partial<WsManServerOptions>;
  readonly client?: Partial<z.input<typeof WinrmConfig>>;
  readonly clock?: Clock;
  readonly turnsInAll?: TurnsInAll;
}

/** Says what it was given, as one line of JSON. */
export const echo: Deed = ({ parameters }, { write }) => {
  write('stdout', `${JSON.stringify(parameters)}\r\n`);
  return 0;
};

export async function openHost(options: HostOptions = {}): Promise<OpenedHost> {
  const host = createScriptedHost(options.deed ?? echo);
  const server = await startWsManServer({ run: host.run, ...options.server });
  const config = toConfig(server, options.client);
  const scripts = createWinrm(config, {
    clock: options.clock ?? createClock(),
    turnsInAll: options.turnsInAll ?? createTurnsInAll(),
  });
  return {
    host,
    server,
    scripts,
    config,
    [Symbol.asyncDispose]: async () => {
      await scripts.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function toConfig(
  server: WsManServer,
  client: Partial<z.input<typeof WinrmConfig>> = {},
): WinrmConfig {
  const isTls = server.url.startsWith('https:');
  return WinrmConfig.parse({
    host: 'localhost',
    port: server.port,
    protocol: isTls ? 'https' : 'http',
    user: 'LAB\\svc-drover',
    password: USERS['svc-drover'],
    ...(isTls && client.thumbprint === undefined && { ca: server.caPem }),
    ...client,
  });
}

/** A run with what it said. */
export function toRun(
  given: Partial<RemoteRun> = {},
): RemoteRun & { readonly lines: RemoteLine[] } {
  const lines: RemoteLine[] = [];
  return {
    lines,
    script: { name: 'echo', text: '# echo\r\nparam($a)\n"é世界𝄞"' },
    parameters: { a: 1 },
    timeLimitMs: 120_000,
    signal: new AbortController().signal,
    onLine: (line) => lines.push(line),
    ...given,
  };
}
