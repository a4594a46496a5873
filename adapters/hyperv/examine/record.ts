/**
 * `drover doctor --record`: the SOAP exchanges of an examination, as tests replay them.
 *
 * What is kept of them is listed in `redact.ts`; headers, and with them every login, are never taken down at all.
 */
import type { HypervConfig } from '../config.ts';
import { RemoteError } from '../remote-scripts.ts';
import type { Connection } from '../winrm/connection.ts';
import type { HostExamination } from './examination.ts';
import { createRedactor, type Redactor } from './redact.ts';

/** The text of one file. */
export interface HostRecording {
  /** `host-1`: by its place in the configuration. */
  readonly name: string;
  readonly text: string;
}

/** As it stands in the file, between `format` and the end. */
export interface RecordedExchange {
  readonly request: string;
  /** HTTP's. */
  readonly status?: number;
  readonly contentType?: string;
  readonly response?: string;
  /** In place of an answer. */
  readonly failed?: string;
}

export const RECORDING_FORMAT = 'drover-hyperv-recording/1';

export interface Recorder {
  watch(at: number, connection: Connection): Connection;
  /** Once all has been said: names that the hosts told are no more in it either. */
  finish(hosts: readonly HostExamination[]): readonly HostRecording[];
}

type Raw = RecordedExchange;

export function createRecorder(config: HypervConfig): Recorder {
  const taken = new Map<number, Raw[]>();
  return {
    watch: (at, connection) => {
      const exchanges: Raw[] = [];
      taken.set(at, exchanges);
      return watchConnection(connection, exchanges);
    },
    finish: (hosts) => {
      const redactor = createRedactor(listNames(config, hosts));
      return [...taken]
        .filter(([at]) => hosts[at]?.login.state === 'accepted')
        .map(([at, exchanges]) => ({
          name: `host-${at + 1}`,
          text: toText(exchanges, config, redactor),
        }));
    },
  };
}

function watchConnection(connection: Connection, exchanges: Raw[]): Connection {
  return {
    close: () => connection.close(),
    send: async (request, call) => {
      try {
        const reply = await connection.send(request, call);
        const { status, contentType, body } = reply;
        const type = contentType === undefined ? {} : { contentType };
        exchanges.push({ request, status, ...type, response: body.toString('utf8') });
        return reply;
      } catch (error) {
        if (error instanceof RemoteError) exchanges.push({ request, failed: error.failure });
        throw error;
      }
    },
  };
}

function toText(
  exchanges: readonly Raw[],
  { protocol, authentication }: HypervConfig,
  redactor: Redactor,
): string {
  const file = {
    format: RECORDING_FORMAT,
    ...{ protocol, authentication },
    exchanges: exchanges.map((exchange) => redactor.redact(exchange)),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Nothing that is kept may hold one of these, whatever it is the value of. */
function listNames(config: HypervConfig, hosts: readonly HostExamination[]): string[] {
  const { user = '', password = '' } = config;
  const told = hosts.flatMap(({ ownName = '', reading }) => {
    const system = reading && 'name' in reading.system ? reading.system : undefined;
    const cluster = reading?.cluster && 'nodes' in reading.cluster ? reading.cluster : undefined;
    return [
      ...[ownName, system?.name, system?.domain, system?.account, cluster?.cluster],
      ...(cluster?.nodes ?? []).map(({ name }) => name),
      ...(cluster?.access ?? []).map(({ who }) => who),
    ];
  });
  const addresses = config.hosts.map((address) => address.split(':')[0] ?? '');
  return [user, password, ...addresses, ...told].flatMap((name) => [
    ...(name === undefined || name === '' ? [] : [name]),
    // Of `LAB\svc`, `svc@lab` and `hv01.lab` each part is a name, too.
    ...(name ?? '').split(/[\\@.]/),
  ]);
}
