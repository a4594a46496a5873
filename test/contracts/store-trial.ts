/** Runs one test on a store of its own. */
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { ContractStore, OpenContractStore } from './store-contract.ts';

/** The body of a test; its database is deleted only when it passed. */
export function on(
  open: OpenContractStore,
  body: (store: ApprovalStore, opened: ContractStore) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const opened = await open();
    try {
      await body(opened.store, opened);
    } finally {
      await opened.close();
    }
    await opened.remove();
  };
}
