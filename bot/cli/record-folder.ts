/** Where `drover doctor --record` leaves its files: a folder of its own, so that none of them stands beside another's. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCTOR_WORDS } from '../words/en/doctor-words.ts';

export interface RecordFolder {
  /** Gives the file's path. */
  write(name: string, text: string): string;
}

export function openRecordFolder(folder: string): RecordFolder | { readonly fault: string } {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) return { fault: DOCTOR_WORDS.recordFolderInUse(folder) };
  return {
    write: (name, text) => {
      const file = join(folder, name);
      writeFileSync(file, text, { flag: 'wx' });
      return file;
    },
  };
}
