/** Files of authorities that the configuration names: read before anything is opened, so that all of them are told at once. */

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
