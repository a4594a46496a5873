/** Where `drover doctor --record` leaves its files: a folder of its own, so that none of them stands beside another's. */
import { accessSync, constants, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DOCTOR_WORDS } from '../words/en/doctor-words.ts';
import { toFileReason } from '../words/en/system-words.ts';

export interface RecordFolder {
  /** Gives the file's path. */
  write(name: string, text: string): string;
}

export function openRecordFolder(folder: string): RecordFolder | { readonly fault: string } {
  try {
    makeFolder(resolve(folder));
    if (readdirSync(folder).length > 0) return { fault: DOCTOR_WORDS.recordFolderInUse(folder) };
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const reason = toFileReason(String(error.code), 'folder');
    return { fault: DOCTOR_WORDS.recordFolderUnfit(folder, reason) };
  }
  return {
    write: (name, text) => {
      const file = join(folder, name);
      writeFileSync(file, text, { flag: 'wx' });
      return file;
    },
  };
}

/** Step by step: what Node makes in one go it tries for ever where the kernel lets nobody make anything (`/proc`). */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder);
}
