/** Wires everything: beside compose-connections.ts and config.ts the only file of `bot` that knows adapters. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ActiveDirectory } from '#adapters/active-directory/active-directory.ts';
import type { DirectoryExamination } from '#adapters/active-directory/examine.ts';
import { type OpenStore, openStore } from '#adapters/database/database.ts';
import { createReadAudit } from '#adapters/database/read-audit.ts';
import { createReadPins } from '#adapters/database/read-pins.ts';
import { createAnchorFile, isOnSameDisk } from '#adapters/machine/anchor-file.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { createNetwork } from '#adapters/machine/network.ts';
import { acquireProcessLock } from '#adapters/machine/process-lock.ts';
import { checkStorage } from '#adapters/machine/storage-check.ts';
import { readPeopleFile } from '#adapters/simulator/people-file.ts';
import { createLab, type Lab } from '#adapters/simulator/simulator.ts';
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import type { ReadAudit } from '#core/audit/sealed-events.ts';
import type { Anchor } from '#core/ports/anchor.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { GroupPin } from '#core/ports/group-pins.ts';
import type { SignIn } from '#core/ports/sign-in.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import { createConnections, withCaFile } from './compose-connections.ts';
import { listGroupNames, toGroupSource } from './config/group-names.ts';
import { refuseUnknownConnections } from './config/unknown-connections.ts';
import { type Config, type LoadedConfig, toBeside } from './config.ts';
import { type Drover, type Parts, startDrover } from './drover.ts';
import { openRules } from './keep-rules.ts';
import type { Log } from './log.ts';

export interface OpenOptions {
  readonly loaded: LoadedConfig;
  readonly dataFolder: string;
  readonly log: Log;
  readonly version: string;
  /** Instead of the configured one. */
  readonly port?: number | undefined;
  /** For tests of crashes: exchanges parts before they start to work; the product passes nothing. */
  readonly alter?: ((parts: Parts) => Parts) | undefined;
}

export interface OpenedDrover extends Drover {
  /** The lab, where the configuration has one: tests order its faults. */
  readonly lab: Lab | undefined;
}

/** Opens storage, platforms and people, and starts Drover on them. */
export async function openDrover(options: OpenOptions): Promise<OpenedDrover> {
  const { loaded, log } = options;
  const dataFolder = resolve(options.dataFolder);
  await checkStorage(dataFolder);
  const lock = acquireProcessLock(dataFolder);
  const closers: (() => Promise<void> | void)[] = [() => lock.release()];
  try {
    const opened = await openDatabase(options, dataFolder);
    closers.push(() => opened.close());
    const lab = openLab(loaded, dataFolder);
    if (lab) closers.push(() => lab.close());
    const connections = await listConnections(loaded, lab);
    refuseUnknownConnections(loaded, connections);
    const people = await openPeople(loaded, lab);
    closers.push(() => people.close());
    const { directory } = people;
    const { store } = opened;
    const { rules, reread } = await openRules({ loaded, directory, store, log });
    const anchor = openAnchor(loaded, dataFolder);
    const isAnchorOnSameDisk = await isOnSameDisk(toAnchorFile(loaded, dataFolder), dataFolder);
    const { alter = (parts: Parts) => parts } = options;
    const parts = {
      ...{ config: loaded.config, dataFolder, log, version: options.version },
      ...{
        store,
        queue: opened.queue,
        connections,
        directory,
        rules,
        rereadRules: reread,
        anchor,
        isAnchorOnSameDisk,
        isNewDatabase: opened.epoch.isNew,
        clock: createClock(),
        network: createNetwork(),
      },
      port: options.port ?? loaded.config.console.port,
      isPortChosen: options.port !== undefined || loaded.config.console.isPortChosen,
      ...{ listStepKinds, newId: randomUUID, signIn: people.signIn },
      close: () => closeAll(closers),
    };
    return { ...(await startDrover(alter(parts))), lab };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** Newest first; each is tried, and the first fault is the one that is told. */
async function closeAll(closers: readonly (() => Promise<void> | void)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

export interface AuditParts {
  readonly readAudit: ReadAudit;
  readonly anchor: Anchor;
}

/** What `drover audit verify` reads, beside a running Drover or without one. */
export function openAudit(loaded: LoadedConfig, dataFolder: string): AuditParts {
  const folder = resolve(dataFolder);
  const url = loaded.config.database.url ?? toSqliteUrl(folder);
  return { readAudit: createReadAudit(url), anchor: openAnchor(loaded, folder) };
}

function openAnchor(loaded: LoadedConfig, dataFolder: string): Anchor {
  return createAnchorFile({ file: toAnchorFile(loaded, dataFolder), dataFolder });
}

function toAnchorFile({ config }: LoadedConfig, dataFolder: string): string {
  return resolve(config.audit.anchorFile ?? `${dataFolder}.audit-anchor`);
}

function toSqliteUrl(dataFolder: string): string {
  return `sqlite:${join(dataFolder, 'drover.db')}`;
}

function openDatabase({ loaded, log }: OpenOptions, dataFolder: string): Promise<OpenStore> {
  const { url, connections } = loaded.config.database;
  const onError = (error: unknown) => log.error({ error }, 'a delivery failed and comes again');
  if (!url) {
    const config = { url: toSqliteUrl(dataFolder), connections };
    return openStore(config, {
      createQueue: async (handle) => createEmbeddedQueue({ handle, onError }),
    });
  }
  return openStore(
    { url, connections },
    {
      // Loaded when wanted: the embedded product pays for no PostgreSQL queue.
      async createQueue(handle) {
        const { createPgBossQueue } = await import(
          '#adapters/work-queue-pg-boss/work-queue-pg-boss.ts'
        );
        return createPgBossQueue({ handle, onError });
      },
    },
  );
}

/**
 * Broken later, the people file is a directory that does not answer; when somebody starts Drover, they can mend it.
 *
 * @throws OperationError `request_invalid` with all that is wrong with it.
 */
export function refuseBrokenPeople({ config, file }: LoadedConfig): void {
  const people = config.lab?.people;
  if (!config.directory && typeof people === 'string') readPeopleFile(toBeside(file, people));
}

function openLab({ config, file }: LoadedConfig, dataFolder: string): Lab | undefined {
  if (!config.lab) return undefined;
  const { connections: _withConnections, estate, people, ...lab } = config.lab;
  const beside = (path: string) => toBeside(file, path);
  return createLab({
    ...lab,
    file: join(dataFolder, 'lab.db'),
    ...(estate ? { estate: beside(estate) } : {}),
    ...(typeof people === 'string' ? { people: beside(people) } : { people }),
  });
}

async function listConnections(
  loaded: LoadedConfig,
  lab: Lab | undefined,
): Promise<ReadonlyMap<string, Connection>> {
  const simulated = loaded.config.lab?.connections ? (lab?.connections ?? []) : [];
  const all = [...simulated, ...(await createConnections(loaded))];
  return new Map(all.map((connection) => [connection.id, connection]));
}

export type { DirectoryExamination };
export type ExamineDirectory = () => Promise<DirectoryExamination>;

/** For `drover doctor`; undefined where people come from the lab. */
export async function openDirectoryExaminer(
  loaded: LoadedConfig,
): Promise<ExamineDirectory | undefined> {
  const { config } = loaded;
  if (!config.directory) return undefined;
  const domain = await openDomain(config.directory, loaded);
  const names = new Set(listGroupNames(config).map(({ name }) => name));
  return async () => {
    try {
      return await domain.examine([...names]);
    } finally {
      await domain.close();
    }
  };
}

/** What the configured groups are pinned to; for `drover doctor`, beside a running Drover or without one. */
export type ReadPinsOfConfig = () => Promise<readonly GroupPin[]>;

export function openPinReader({ config }: LoadedConfig, dataFolder: string): ReadPinsOfConfig {
  const readPins = createReadPins(config.database.url ?? toSqliteUrl(resolve(dataFolder)));
  return () => readPins(toGroupSource(config));
}

async function openDomain(
  directory: NonNullable<Config['directory']>,
  { file, lineOf }: LoadedConfig,
): Promise<ActiveDirectory> {
  // Loaded when wanted: most labs have none.
  const { createActiveDirectory } = await import('#adapters/active-directory/active-directory.ts');
  const path = ['directory', 'caFile'];
  const create = (caFile: string) => createActiveDirectory({ ...directory, caFile });
  return withCaFile(create, directory.caFile, { file, path, line: lineOf(path) });
}

interface People {
  readonly directory: Directory;
  /** Absent: people are switched between instead of signing in. */
  readonly signIn: SignIn | undefined;
  readonly close: () => Promise<void> | void;
}

/** Without a directory, the lab's people; open-doors.ts keeps them from anything real. */
async function openPeople(loaded: LoadedConfig, lab: Lab | undefined): Promise<People> {
  const { config } = loaded;
  if (config.directory) {
    const domain = await openDomain(config.directory, loaded);
    return { directory: domain, signIn: domain, close: () => domain.close() };
  }
  if (!lab) throw new Error('no directory is configured');
  return { directory: lab.directory, signIn: undefined, close: () => undefined };
}
