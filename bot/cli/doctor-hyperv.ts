/** Each Hyper-V host, layer by layer; where one fails, those behind it are not looked at. */
import type { ExamineHyperv } from '../compose-connections.ts';
import { HYPERV_WORDS } from '../words/en/doctor-hyperv-words.ts';
import type { Finding } from './doctor.ts';
import { listReading } from './doctor-hyperv-reading.ts';
import type { RecordFolder } from './record-folder.ts';

type Examined = Awaited<ReturnType<ExamineHyperv>>[number];
export type ExaminedHost = Examined['examination']['hosts'][number];

const well = (text: string): Finding => ({ isWell: true, text });
const ill = (text: string): Finding => ({ isWell: false, text });

export interface HypervQuestion {
  readonly hyperv: Awaited<ReturnType<ExamineHyperv>> | undefined;
  /** Where to leave what was said, if anywhere. */
  readonly record: RecordFolder | undefined;
}

export function listHyperv({ hyperv: examined = [], record }: HypervQuestion): Finding[] {
  const findings = examined.flatMap(({ examination }) =>
    examination.hosts.flatMap((host) => listHost(host, examination)),
  );
  if (!record) return findings;
  const files = examined.flatMap((one, at) =>
    one.record().map(({ name, text }) => record.write(`hyperv-${at + 1}-${name}.json`, text)),
  );
  return [...findings, { isWell: files.length > 0, text: HYPERV_WORDS.recorded(files) }];
}

function listHost(host: ExaminedHost, { wantsRoles, hosts }: Examined['examination']): Finding[] {
  const { reach, login, reading } = host;
  if (reach.state === 'not_trusted') return [ill(HYPERV_WORDS.trust(host, reach.faults))];
  if (reach.state !== 'reached')
    return [ill(HYPERV_WORDS.unreached(host, reach.state, reach.reason))];
  return [
    ...listCertificate(host),
    ...listClock(host),
    toLogin(host, login),
    ...(reading ? listReading(host, { wantsRoles, isAlone: hosts.length === 1 }) : []),
  ];
}

const SOON_MS = 30 * 86_400_000;

function listCertificate(host: ExaminedHost): Finding[] {
  const { certificate, protocol } = host;
  if (protocol === 'http') return [well(HYPERV_WORDS.plainHttp(host))];
  if (!certificate) return [];
  const isSoon = certificate.expiresAt.getTime() - Date.now() < SOON_MS;
  if (isSoon) return [ill(HYPERV_WORDS.certificateEnds(host, certificate))];
  return [well(HYPERV_WORDS.certificate(host, certificate))];
}

/** Kerberos bears five minutes. */
const MOST_SKEW_MS = 300_000;

function listClock(host: ExaminedHost): Finding[] {
  const { clockAheadMs } = host;
  if (clockAheadMs === undefined) return [];
  if (Math.abs(clockAheadMs) <= MOST_SKEW_MS)
    return [well(HYPERV_WORDS.clockWell(host, clockAheadMs))];
  return [ill(HYPERV_WORDS.clock(host, clockAheadMs))];
}

function toLogin(host: ExaminedHost, login: ExaminedHost['login']): Finding {
  switch (login.state) {
    case 'accepted':
      return well(HYPERV_WORDS.accepted(host, host.authentication));
    case 'refused':
      return ill(HYPERV_WORDS.refused(host, login.suspects));
    case 'not_possible':
      return ill(HYPERV_WORDS.notPossible(host, login.cause, login.reason));
    case 'not_offered':
      return ill(HYPERV_WORDS.notOffered(host, login.offers, host.authentication));
    case 'not_winrm':
      return ill(HYPERV_WORDS.notWinrm(host, login.status));
    case 'failed':
      return ill(HYPERV_WORDS.failed(host, login.reason));
    case 'not_tried':
      return ill(HYPERV_WORDS.notTried(host));
  }
}
