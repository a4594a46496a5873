/**
 * Seals audit events into one hash chain, over the stored bytes.
 *
 * hash = SHA-256(previous hash, index, stored body). One sealer at a time, so the chain cannot fork; its order is the
 * order of sealing, not of any clock. `verify-chain.ts` proves it again.
 */
import { createHash } from 'node:crypto';
import type { Store, Tx } from '../ports/store.ts';
import { type Breathe, chooseLimit, FIRST_PAGE } from './page.ts';

export const FIRST_HASH = '0'.repeat(64);

export interface Head {
  readonly chainIndex: number;
  readonly hash: string;
}

export type SealingStore = Pick<Store<Tx>, 'transact'>;

export function hashEvent(previous: string, chainIndex: number, body: string | Uint8Array): string {
  return createHash('sha256').update(`${previous}\n${chainIndex}\n`).update(body).digest('hex');
}

/** Seals what is waiting, page by page; answers the head when there is one. */
export async function sealEvents(store: SealingStore, breathe: Breathe): Promise<Head | undefined> {
  for (let limit = FIRST_PAGE; ; ) {
    const { head, rows } = await sealPage(store, limit);
    if (rows.length < limit) return head;
    limit = chooseLimit(rows);
    await breathe();
  }
}

function sealPage(store: SealingStore, limit: number) {
  return store.transact(async (tx) => {
    await tx.audit.lockChain();
    const rows = await tx.audit.listUnsealed(limit);
    let head = await tx.audit.findHead();
    const seals = rows.map(({ id, body }) => {
      head = toNextHead(head, body);
      return { id, ...head };
    });
    if (seals.length > 0) await tx.audit.seal(seals);
    return { head, rows };
  });
}

function toNextHead(head: Head | undefined, body: string): Head {
  const chainIndex = (head?.chainIndex ?? 0) + 1;
  return { chainIndex, hash: hashEvent(head?.hash ?? FIRST_HASH, chainIndex, body) };
}
