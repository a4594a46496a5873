/** A process that has read the groups and dies, as by kill -9, before it pins them. */
import { readGroups } from '#bot/read-groups.ts';
import { NAMES, openPinned } from './open-pinned.ts';

const [databaseUrl = ''] = process.argv.slice(2);
await using pinned = await openPinned({ databaseUrl });
const store = {
  ...pinned.store,
  transact: () => process.kill(process.pid, 'SIGKILL') as never,
};
await readGroups({ ...pinned, store }, NAMES);
