/** A real store for audit events, and an anchor in memory. */
import { openStore } from '#adapters/database/database.ts';
import type { Json } from '#core/plan/plan.ts';
import type { Anchor, AnchoredHead } from '#core/ports/anchor.ts';
import type { Store } from '#core/ports/store.ts';

export interface OpenAudit extends AsyncDisposable {
  readonly store: Store;
  /** One transaction. */
  write(...facts: readonly Json[]): Promise<void>;
}

/** @param url `sqlite:<file>` or `postgresql://…`. */
export async function openAudit(url: string): Promise<OpenAudit> {
  const createQueue = async () => ({ enqueue: async () => {} });
  const opened = await openStore({ url, connections: 5 }, { createQueue });
  const store = opened.store as typeof opened.store & Store;
  return {
    store,
    write: (...all) =>
      store.transact(async ({ audit }) => {
        for (const facts of all) await audit.insert({ event: 'told', requestId: 'r1', facts });
      }),
    [Symbol.asyncDispose]: () => opened.close(),
  };
}

export interface MemoryAnchor extends Anchor {
  readonly heads: AnchoredHead[];
}

export function createMemoryAnchor(heads: AnchoredHead[] = []): MemoryAnchor {
  return {
    heads,
    async append(head) {
      heads.push(head);
    },
    readAll: async () => ({ heads, tornLines: [], strangeLines: [] }),
  };
}
