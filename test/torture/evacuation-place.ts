/** Where a host is emptied in one trial, on whichever platform. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import type { Database } from './databases.ts';
import { openEvacuationPeople } from './evacuation-people.ts';
import type { EvacuationTruth, Herd } from './evacuation-truth.ts';
import { WAYS } from './evacuation-ways.ts';
import { findEvacuationViolations } from './find-evacuation-violations.ts';
import { type Place, RULES } from './place.ts';

export interface EmptiedParts {
  /** The data folder lies in it. */
  readonly folder: TemporaryFolder;
  readonly database: Database;
  readonly wayName: string;
  readonly herd: Herd;
  /** A section of `drover.yaml`, and what it names. */
  readonly connection: { readonly yaml: string; readonly env: Readonly<Record<string, string>> };
  readTruth(): Promise<EvacuationTruth>;
  /** Ends the platform. */
  close(): Promise<void>;
}

export function toEmptiedPlace(parts: EmptiedParts): Place {
  const { folder, database, herd, connection, readTruth } = parts;
  const way = WAYS[parts.wayName];
  if (!way) throw new Error(`there is no way ${parts.wayName}`);
  const configFile = join(folder.path, 'drover.yaml');
  const dataFolder = join(folder.path, 'data');
  const { rows, wakeUps } = database;
  writeFileSync(configFile, `${RULES}${database.yaml}${connection.yaml}`);
  const emptied = { rows, wakeUps, voterId: 'lab-bob', dataFolder, herd, way, readTruth };
  return {
    ...emptied,
    configFile,
    env: { ...database.env, ...connection.env },
    openPeople: () => openEvacuationPeople(emptied),
    findViolations: () => findEvacuationViolations(emptied),
    async [Symbol.asyncDispose]() {
      await parts.close();
      folder[Symbol.dispose]();
    },
  };
}
