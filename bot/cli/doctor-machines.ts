/** Whether two connections show one host: then the second is to be taken out of the configuration (H07). */
import { type ErrorCode, OperationError } from '#core/errors.ts';
import { findFirst, type Machine, toMachineKey } from '#core/inventory/same-machine.ts';
import type { ExamineHyperv, VcenterMachines } from '../compose-connections.ts';
import type { Config } from '../config.ts';
import { DOCTOR_MACHINE_WORDS } from '../words/en/doctor-machine-words.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import type { Finding } from './doctor.ts';

/** For one vCenter: its login and one question. */
const READ_WITHIN_MS = 30_000;

export interface MachineQuestion {
  readonly config: Pick<Config, 'connections'>;
  readonly hyperv: Awaited<ReturnType<ExamineHyperv>> | undefined;
  readonly machineReaders: readonly VcenterMachines[];
}

interface Shown extends Machine {
  readonly connectionId: string;
}

export async function listMachines(question: MachineQuestion): Promise<Finding[]> {
  const { config, machineReaders } = question;
  const read = await Promise.all(machineReaders.map(readOne));
  const shown = [...read.flatMap(({ machines }) => machines), ...listOfHyperv(question)];
  const rankOf = new Map(config.connections.map(({ id }, rank) => [id, rank]));
  return [...read.map(({ finding }) => finding), ...listDoubles(shown, rankOf)];
}

function toReason({ facts: { reason } }: OperationError): string | undefined {
  return typeof reason === 'string' ? reason : undefined;
}

interface Read {
  readonly finding: Finding;
  readonly machines: readonly Shown[];
}

async function readOne(reader: VcenterMachines): Promise<Read> {
  const { connectionId, readMachines } = reader;
  const signal = AbortSignal.timeout(READ_WITHIN_MS);
  try {
    const machines = (await readMachines(signal)).map((one) => ({ ...one, connectionId }));
    const text = DOCTOR_MACHINE_WORDS.read(connectionId, machines.length);
    return { finding: { isWell: true, text }, machines };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const code: ErrorCode = signal.aborted ? 'no_answer' : error.code;
    const words =
      code === 'no_answer' || code === 'not_reachable'
        ? DOCTOR_MACHINE_WORDS.silent(reader, toReason(error))
        : ERROR_WORDS[code](error.facts);
    const text = DOCTOR_MACHINE_WORDS.notRead(connectionId, words);
    return { finding: { isWell: false, text }, machines: [] };
  }
}

/** Those that were read: of the others their own findings tell. In the order of the connections. */
function listOfHyperv({ config, hyperv = [] }: MachineQuestion): Shown[] {
  const own = config.connections.filter(({ kind }) => kind === 'hyperv');
  return hyperv.flatMap(({ examination }, at) =>
    examination.hosts.flatMap(({ reading }) => {
      const system = reading?.system;
      const connectionId = own[at]?.id;
      if (!system || 'code' in system || connectionId === undefined) return [];
      return [{ connectionId, name: system.name, machineId: system.machineId }];
    }),
  );
}

function listDoubles(shown: readonly Shown[], rankOf: ReadonlyMap<string, number>): Finding[] {
  const machines = Map.groupBy(shown, ({ machineId }) => toMachineKey(machineId));
  return [...machines].flatMap(([key, all]) => {
    const first = key === undefined ? undefined : findFirst(all, rankOf);
    if (!first) return [];
    const others = all.filter((one) => one !== first);
    return others.map((other) => ({
      isWell: false,
      text: DOCTOR_MACHINE_WORDS.twice(other, first),
    }));
  });
}
