/** A real store on SQLite, in a folder of its own that goes with it. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type OpenStore, openStore } from '#adapters/database/database.ts';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import type { Store } from '#core/ports/store.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import { createTemporaryFolder } from './peers/temporary-folder.ts';

/** In memory where the machine has such a disk: what a test writes need not outlast a power cut. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface TestStore<Queue extends Pick<WorkQueue, 'enqueue'>>
  extends OpenStore<Queue>,
    AsyncDisposable {
  /** As approvals see it and as core does. */
  readonly store: OpenStore['store'] & Store;
}

/** Whoever starts the queue stops it before the store is closed. */
export async function openTestStore<Queue extends Pick<WorkQueue, 'enqueue'>>(
  createQueue: (handle: DatabaseHandle) => Queue,
): Promise<TestStore<Queue>> {
  const folder = createTemporaryFolder('store', PARENT);
  const opened = await openStore(
    { url: `sqlite:${folder.path}/`, connections: 2 },
    { createQueue: async (handle) => createQueue(handle) },
  );
  return {
    ...opened,
    store: opened.store as TestStore<Queue>['store'],
    async [Symbol.asyncDispose]() {
      await opened.close();
      folder[Symbol.dispose]();
    },
  };
}
