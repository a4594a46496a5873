/**
 * Which pictures a workspace has, so that a message that is drawn again, also after a restart, uploads none twice.
 *
 * It holds about two thousand and forgets the oldest. What is forgotten is uploaded once more: a file that nothing shows
 * is seen by nobody.
 */
import { z } from 'zod';
import type { Store } from '#core/ports/store.ts';

export interface FileMemory {
  find(hash: string): Promise<string | undefined>;
  keep(hash: string, fileId: string): Promise<void>;
  forget(hash: string): Promise<void>;
}

const Entries = z.array(z.tuple([z.string(), z.string()]));
type Entries = z.infer<typeof Entries>;

/** Of each of 256 parts, by the first two letters of a hash. */
const keptEntries = 8;

export function createFileMemory(
  store: Pick<Store, 'read' | 'transact'>,
  teamId: string,
): FileMemory {
  const toMark = (hash: string) => `slack_pictures.${teamId}.${hash.slice(0, 2)}`;
  const change = (hash: string, toNext: (entries: Entries) => Entries) =>
    store.transact(async (tx) => {
      const entries = readEntries(await tx.findMark(toMark(hash)));
      const others = entries.filter(([known]) => known !== hash);
      await tx.setMark(toMark(hash), JSON.stringify(toNext(others)));
    });
  return {
    async find(hash) {
      const text = await store.read((reads) => reads.findMark(toMark(hash)));
      return readEntries(text).find(([known]) => known === hash)?.[1];
    },
    keep: (hash, fileId) =>
      change(
        hash,
        (others): Entries => [...others, [hash, fileId] as [string, string]].slice(-keptEntries),
      ),
    forget: (hash) => change(hash, (others) => others),
  };
}

function readEntries(text: string | undefined): Entries {
  return text === undefined ? [] : Entries.parse(JSON.parse(text));
}
