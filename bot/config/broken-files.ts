/** Files of authorities that the configuration names: read before anything is opened, so that all of them are told at once. */

import { type Facts, OperationError } from '#core/errors.ts';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import { toFileReason } from '../words/en/system-words.ts';
import type { ConfigFault } from './config-fault.ts';
import type { Readable } from './readable.ts';
import { childValue } from './schema-at.ts';

export interface FileReading {
  /** Reads a file that stands beside `drover.yaml`. Left out: files are not looked at. */
  readonly readBeside?: ((path: string) => string) | undefined;
  /** @throws Error for a text without certificates, by the file's name. */
  readonly readAuthorities: (pem: string, name: string) => string;
}

export function listBrokenFiles(
  { connections = [], directory }: Readable,
  { readBeside, readAuthorities }: FileReading,
): ConfigFault[] {
  if (!readBeside) return [];
  const named = [
    { caFile: childValue(directory, 'caFile'), path: ['directory', 'caFile'] },
    ...connections.map(({ caFile }, at) => ({ caFile, path: ['connections', at, 'caFile'] })),
  ];
  return named.flatMap(({ caFile, path }) => {
    if (typeof caFile !== 'string' || caFile === '') return [];
    const read = () => readAuthorities(readBeside(caFile), caFile);
    const message = findFault(caFile, read);
    return message === undefined ? [] : [{ path, message }];
  });
}

function findFault(file: string, read: () => string): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error
      ? CONFIG_WORDS.unreadableFile(file, toFileReason(String(error.code)))
      : error.message;
  }
}

/**
 * What is wrong in the file of the lab's people, told along with faults of the configuration itself. Where it has none,
 * the start tells it in its own words.
 *
 * @param readPeople by the path as it is written. @throws OperationError
 */
export function listBrokenPeople(
  { directory, lab }: Readable,
  readPeople: (path: string) => unknown,
): ConfigFault[] {
  const file = lab?.people;
  if (directory !== undefined || typeof file !== 'string' || file === '') return [];
  const path = ['lab', 'people'];
  try {
    readPeople(file);
    return [];
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return toPeopleWords(file, error.facts).map((message) => ({ path, message }));
  }
}

function toPeopleWords(file: string, { faults, reason }: Facts): readonly string[] {
  if (Array.isArray(faults)) return faults.map((fault) => `${file}, ${fault}`);
  if (reason === 'not_json') return [CONFIG_WORDS.notJson(file)];
  return [CONFIG_WORDS.unreadableFile(file, toFileReason(String(reason)))];
}
