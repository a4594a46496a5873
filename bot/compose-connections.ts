/** Opens the configured connections, and their examination: the part of `compose.ts` that knows vCenter and Hyper-V. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { HypervConfig } from '#adapters/hyperv/config.ts';
import type { ExaminedHyperv } from '#adapters/hyperv/examine/examine.ts';
import { SetUpRefused } from '#adapters/hyperv/set-up/read-set-up.ts';
import { createClock } from '#adapters/machine/clock.ts';
import type { Machine } from '#core/inventory/same-machine.ts';
import type { Connection } from '#core/ports/connection.ts';
import { type ConfigFault, ConfigRefused } from './config/config-fault.ts';
import type { ConnectionConfig, LoadedConfig } from './config.ts';

export async function createConnections({
  config,
  file,
  lineOf,
}: LoadedConfig): Promise<Connection[]> {
  const { connections } = config;
  // Loaded when wanted: SOAP is a quarter of what there is to load.
  const create = {
    vcenter: connections.some(({ kind }) => kind === 'vcenter') ? await loadVcenter() : undefined,
    hyperv: connections.some(({ kind }) => kind === 'hyperv') ? await loadHyperv(file) : undefined,
  };
  const open = (connection: ConnectionConfig) => {
    const opened =
      connection.kind === 'vcenter' ? create.vcenter?.(connection) : create.hyperv?.(connection);
    if (!opened) throw new Error(`${connection.kind} is not loaded`);
    return opened;
  };
  return connections.map((connection, at) => {
    const toSetting = (below: ConfigFault['path']) => {
      const path = ['connections', at, ...below];
      return { file, path, line: lineOf(path) };
    };
    if (connection.caFile === undefined) return refuseAt(toSetting, () => open(connection));
    const withFile = (caFile: string) => refuseAt(toSetting, () => open({ ...connection, caFile }));
    return withCaFile(withFile, connection.caFile, toSetting(['caFile']));
  });
}

async function loadVcenter() {
  return (await import('#adapters/vmware/vcenter.ts')).createVcenter;
}

/** All Hyper-V hosts of all connections share sockets, memory and the event loop. Files stand beside `drover.yaml`. */
async function loadHyperv(file: string) {
  const { createHyperv } = await import('#adapters/hyperv/hyperv.ts');
  const { createTurnsInAll } = await import('#adapters/hyperv/winrm/turns.ts');
  const beside = dirname(resolve(file));
  const readFile = (path: string) => readFileSync(resolve(beside, path), 'utf8');
  const deps = { clock: createClock(), turnsInAll: createTurnsInAll(), readFile };
  return (config: HypervConfig) => createHyperv(config, deps);
}

/** Reads which machines a vCenter shows; for `drover doctor`. */
export interface VcenterMachines {
  readonly connectionId: string;
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly readMachines: (signal: AbortSignal) => Promise<readonly Machine[]>;
}

/** Whoever asks sits before the screen: an answer of work may take longer. */
const EXAMINED_WITHIN_MS = 20_000;

/** In the order of the configuration; a login each, which is ended. */
export async function openMachineReaders({
  config,
  file,
  lineOf,
}: LoadedConfig): Promise<readonly VcenterMachines[]> {
  if (!config.connections.some(({ kind }) => kind === 'vcenter')) return [];
  const { createMachineReader } = await import('#adapters/vmware/read-machines.ts');
  return config.connections.flatMap((connection, at) => {
    if (connection.kind !== 'vcenter') return [];
    const { id: connectionId, caFile, url, connectTimeoutMs } = connection;
    const answerTimeoutMs = Math.min(connection.answerTimeoutMs, EXAMINED_WITHIN_MS);
    const create = (read: string | undefined) =>
      createMachineReader({ ...connection, answerTimeoutMs, ...(read && { caFile: read }) });
    const path = ['connections', at, 'caFile'];
    const readMachines =
      caFile === undefined
        ? create(undefined)
        : withCaFile(create, caFile, { file, path, line: lineOf(path) });
    return [{ connectionId, url, connectTimeoutMs, answerTimeoutMs, readMachines }];
  });
}

export type ExamineHyperv = () => Promise<readonly ExaminedHyperv[]>;

/** For `drover doctor`; undefined where no connection is one to Hyper-V. One connection after the other: they may share an account. */
export async function openHypervExaminer({
  config,
  file,
  lineOf,
}: LoadedConfig): Promise<ExamineHyperv | undefined> {
  if (!config.connections.some(({ kind }) => kind === 'hyperv')) return undefined;
  const { createHypervExaminer } = await import('#adapters/hyperv/examine/examine.ts');
  const deps = { clock: createClock(), now: () => new Date(), refused: new Set<string>() };
  const examiners = config.connections.flatMap((connection, at) => {
    if (connection.kind !== 'hyperv') return [];
    const { caFile } = connection;
    if (caFile === undefined) return [createHypervExaminer(connection, deps)];
    const path = ['connections', at, 'caFile'];
    const create = (read: string) => createHypervExaminer({ ...connection, caFile: read }, deps);
    return [withCaFile(create, caFile, { file, path, line: lineOf(path) })];
  });
  return async () => {
    const examined: ExaminedHyperv[] = [];
    for (const examine of examiners) examined.push(await examine());
    return examined;
  };
}

interface FileSetting {
  readonly file: string;
  readonly path: ConfigFault['path'];
  readonly line: number;
}

/** @throws ConfigRefused for a file of a template's set-up, by its own setting */
function refuseAt<A>(toSetting: (below: ConfigFault['path']) => FileSetting, open: () => A): A {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof SetUpRefused)) throw error;
    const { file, path, line } = toSetting([...error.path]);
    throw new ConfigRefused(file, [{ path, message: error.message, line }]);
  }
}

/** Beside `drover.yaml`. @throws ConfigRefused for a file that cannot be read, or holds no certificate. */
export function withCaFile<A>(
  create: (caFile: string) => A,
  caFile: string,
  { file, path, line }: FileSetting,
): A {
  try {
    return create(resolve(dirname(resolve(file)), caFile));
  } catch (error) {
    if (error instanceof ConfigRefused) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigRefused(file, [{ path, message, line }]);
  }
}
