/**
 * `drover doctor`: whether directory, groups, chats and connections are as the configuration needs them.
 *
 * Reads only, and shows no secret. With a folder to record into, it leaves what Hyper-V hosts said there, redacted. Exit codes: 0 all well, 1 something needs a person.
 */
import type { Writable } from 'node:stream';
import type { ExamineDirectory, ReadPinsOfConfig } from '../compose.ts';
import type { ExamineHyperv, VcenterMachines } from '../compose-connections.ts';
import type { Config } from '../config.ts';
import { DOCTOR_WORDS } from '../words/en/doctor-words.ts';
import { listSlack, listTeams } from './doctor-chats.ts';
import { listGroupFindings } from './doctor-groups.ts';
import { listHyperv } from './doctor-hyperv.ts';
import { listMachines } from './doctor-machines.ts';
import type { RecordFolder } from './record-folder.ts';

export interface DoctorOptions {
  readonly config: Config;
  readonly examineDirectory: ExamineDirectory | undefined;
  readonly examineHyperv: ExamineHyperv | undefined;
  readonly machineReaders: readonly VcenterMachines[];
  readonly record?: RecordFolder | undefined;
  readonly readPins: ReadPinsOfConfig;
  readonly stdout: Writable;
}

/** One line of the answer. */
export interface Finding {
  readonly isWell: boolean;
  readonly text: string;
}

/** Resolves with the exit code. */
export async function examineHouse(options: DoctorOptions): Promise<number> {
  const { config, stdout, examineHyperv, machineReaders, record } = options;
  const hyperv = await examineHyperv?.();
  const findings = [
    ...(await listDirectory(options)),
    ...(await listSlack(config)),
    ...(await listTeams(config)),
    ...listHyperv({ hyperv, record }),
    ...(await listMachines({ config, hyperv, machineReaders })),
  ];
  for (const { isWell, text } of findings) stdout.write(`${isWell ? '✓' : '✗'} ${text}\n`);
  const faults = findings.filter(({ isWell }) => !isWell).length;
  stdout.write(`${DOCTOR_WORDS.summary(faults)}\n`);
  return faults === 0 ? 0 : 1;
}

async function listDirectory(options: DoctorOptions): Promise<Finding[]> {
  const { examineDirectory, config, readPins } = options;
  if (!examineDirectory) return [{ isWell: true, text: DOCTOR_WORDS.labPeople }];
  const { servers, groups } = await examineDirectory();
  return [
    ...servers.map((server) => {
      const text = DOCTOR_WORDS.server(server);
      const isWell =
        !server.fault &&
        !server.certificate?.refusedBecause &&
        server.login === 'accepted' &&
        server.token.state === 'equal' &&
        server.isOfDomain !== false;
      return { isWell, text };
    }),
    ...(await listGroupFindings({ config, groups, readPins })),
  ];
}
