/** Opens the store of the database adapter for its contract. */
import { openStore } from '#adapters/database/database.ts';
import type { WakeUp } from '#core/ports/work-queue.ts';
import type { ContractStore } from '../../contracts/store-contract.ts';

export async function openContractStore(
  url: string,
  remove: () => Promise<void> | void = () => {},
): Promise<ContractStore> {
  const enqueued: WakeUp[] = [];
  const enqueue = async (_tx: unknown, wakeUps: readonly WakeUp[]) => {
    enqueued.push(...wakeUps);
  };
  const config = { url, connections: 10 };
  const { store, close } = await openStore(config, { createQueue: async () => ({ enqueue }) });
  return { store, enqueued, close, remove: async () => remove() };
}
