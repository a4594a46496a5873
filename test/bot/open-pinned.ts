/** Groups that can be renamed and cut off, and a real store that pins them. */
import { openStore } from '#adapters/database/database.ts';
import { createLabPeople } from '#adapters/simulator/lab-people.ts';
import type { LabPeopleFile } from '#adapters/simulator/people-file.ts';
import type { GroupPin } from '#core/ports/group-pins.ts';
import type { Store } from '#core/ports/store.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

export const NAMES = [
  { name: 'web-team', key: 'roles.web.members' },
  { name: 'leads', key: 'policies.ask.decide.from' },
  { name: 'web-team', key: 'roles.readers.members' },
];

interface LabGroup {
  readonly id: string;
  readonly name: string;
}

export const WEB: LabGroup = { id: 'S-1-web', name: 'web-team' };
export const LEADS: LabGroup = { id: 'S-1-leads', name: 'leads' };

export async function openPinned({ databaseUrl }: { databaseUrl?: string } = {}) {
  await using stack = new AsyncDisposableStack();
  const url = databaseUrl ?? `sqlite:${stack.use(createTemporaryFolder('pins')).path}/`;
  const createQueue = async () => ({ enqueue: async () => undefined });
  const opened = await openStore({ url, connections: 4 }, { createQueue });
  stack.defer(() => opened.close());
  const world: { groups: readonly LabGroup[]; isAway: boolean } = {
    ...{ groups: [WEB, LEADS], isAway: false },
  };
  const directory = createLabPeople((): LabPeopleFile => {
    if (world.isAway) throw new Error('the directory is away');
    return { people: [], groups: [...world.groups] };
  });
  const store = opened.store as Store;
  const closing = stack.move();
  return {
    ...{ store, directory, world, source: 'lab' },
    listPins: (): Promise<GroupPin[]> => store.read((reads) => reads.groupPins.list('lab')),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
