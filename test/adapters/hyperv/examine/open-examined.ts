/** WinRM services with a host behind them that answers doctor's scripts, and the examination of them. */
import type { z } from 'zod';
import { HypervConfig } from '#adapters/hyperv/config.ts';
import type {
  DoctorClusterAnswer,
  DoctorHostAnswer,
} from '#adapters/hyperv/examine/doctor-answers.ts';
import {
  createHypervExaminer,
  type ExamineDeps,
  type ExaminedHyperv,
} from '#adapters/hyperv/examine/examine.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { listHyperv } from '#bot/cli/doctor-hyperv.ts';
import { createScriptedHost, type Deed } from '#test/fakes/hyperv/scripted-host.ts';
import {
  startWsManServer,
  USERS,
  type WsManServer,
  type WsManServerOptions,
} from '#test/fakes/hyperv/ws-man-server.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';

export const hostAnswer: DoctorHostAnswer = {
  ...{ name: 'HV01', domain: 'lab.example', windows: 'Microsoft Windows Server 2022 Datacenter' },
  ...{ version: '10.0.20348', powershell: '5.1.20348.1' },
  modules: [
    { name: 'Hyper-V', version: '2.0.0.0' },
    { name: 'FailoverClusters', version: '2.0.0.0' },
  ],
  ...{ account: 'LAB\\svc-drover', groups: ['S-1-5-32-578', 'S-1-5-32-580'] },
  ...{ hypervFault: '', clusterService: '', clusterFault: '' },
  migration: {
    ...{ enabled: true, authentication: 'Kerberos', atOnce: 2, storageAtOnce: 2 },
    ...{ anyNetwork: false, networks: ['10.9.0.0/24'] },
  },
};

export const clusterAnswer: DoctorClusterAnswer = {
  cluster: 'c1',
  nodes: [
    { name: 'hv01', state: 'Up', drain: 'NotInitiated' },
    { name: 'hv02', state: 'Up', drain: 'NotInitiated' },
  ],
  access: [{ who: 'LAB\\svc-drover', kind: 'Allow', rights: 'Full' }],
  ...{ accessFault: '', hopTo: 'hv02', hopFault: '' },
};

export interface HostSays {
  readonly host?: Partial<DoctorHostAnswer>;
  readonly cluster?: Partial<DoctorClusterAnswer>;
}

/** A throw-away one ends within two days, which doctor says. */
const lasting = makeThrowAwayCertificate(90);

export async function openService(
  options: Partial<WsManServerOptions> = {},
  says: HostSays = {},
): Promise<WsManServer> {
  const deed: Deed = ({ name }, { write }) => {
    const answer =
      name === 'doctor-host'
        ? { ...hostAnswer, ...says.host }
        : { ...clusterAnswer, ...says.cluster };
    for (const record of [
      { t: 'out', v: answer },
      { t: 'end', v: true },
    ])
      write('stdout', `\u001e${JSON.stringify(record)}\r\n`);
    return 0;
  };
  const { run } = createScriptedHost(deed);
  const certificate = await lasting;
  return startWsManServer({ run, certificate, computer: 'localhost', ...options });
}

export type ConfigChange = Partial<z.input<typeof HypervConfig>>;

export interface Examined extends ExaminedHyperv {
  /** As `drover doctor` says it. */
  readonly lines: readonly string[];
}

/** `servers`: asked as `localhost`, unless the configuration says otherwise. */
export async function examine(
  servers: readonly Pick<WsManServer, 'port' | 'caPem'>[],
  change: ConfigChange = {},
  more: Partial<ExamineDeps> = {},
): Promise<Examined> {
  const config = HypervConfig.parse({
    ...{ id: 'hv', kind: 'hyperv', user: 'LAB\\svc-drover', password: USERS['svc-drover'] },
    ...{ connectTimeoutMs: 5000, caFile: 'ca.pem' },
    hosts: servers.map(({ port }) => `localhost:${port}`),
    ...change,
  });
  const caPem = servers.map((server) => server.caPem).join('\n');
  const examineHyperv = createHypervExaminer(config, {
    ...{ clock: createClock(), now: () => new Date(), refused: new Set<string>() },
    readFile: () => caPem,
    ...more,
  });
  const examined = await examineHyperv();
  const findings = listHyperv({ hyperv: [examined], record: undefined });
  return {
    ...examined,
    lines: findings.map(({ isWell, text }) => `${isWell ? '✓' : '✗'} ${text}`),
  };
}
