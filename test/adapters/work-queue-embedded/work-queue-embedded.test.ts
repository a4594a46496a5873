import { fileURLToPath } from 'node:url';
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import { testWorkQueue } from '#test/contracts/work-queue-contract.ts';
import { openQueue } from '#test/contracts/work-queue-place.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

testWorkQueue({
  name: 'embedded, SQLite',
  processFile: fileURLToPath(new URL('queue-process.ts', import.meta.url)),
  async createPlace() {
    const folder = createTemporaryFolder('work-queue');
    const url = `sqlite:${folder.path}/drover.db`;
    return {
      url,
      open: () => openQueue(url, createEmbeddedQueue),
      [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
    };
  },
});
