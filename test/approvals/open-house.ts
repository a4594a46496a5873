/**
 * Approvals as they run: a real store and queue, the lab's platforms and people, the estate kept by the product's sync.
 *
 * Only who is told is a fake: it keeps the ids, and throws where a test cuts a deed in the middle.
 */
import { randomUUID } from 'node:crypto';
import { type OpenStore, openStore } from '#adapters/database/database.ts';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import { createLab, type Lab } from '#adapters/simulator/simulator.ts';
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import type { Rules } from '#approvals/policy.ts';
import { createStartGate, type StartGateDeps } from '#approvals/start-gate.ts';
import { createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import { createRecorder } from '#core/inventory/record.ts';
import type { SyncOptions } from '#core/inventory/sync-connection.ts';
import type { Scheduling } from '#core/jobs/loop.ts';
import type { Starting } from '#core/jobs/start-job.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import { createMoveAnswers } from '#core/operations/examine-moves.ts';
import { createWorlds, type WorldDeps } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Store } from '#core/ports/store.ts';
import type { WakeUp, WorkQueue } from '#core/ports/work-queue.ts';
import { listStepKinds } from '#core/steps/registry.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type EstateWish, makeEstate } from './house-estate.ts';
import { makePeople, makePolicy, makeRole, type Person } from './house-rules.ts';
import { learnEstate } from './learn-estate.ts';

export interface HouseWish {
  readonly rules?: Partial<Rules>;
  readonly estate?: EstateWish;
  /** Else SQLite in a folder of its own. */
  readonly databaseUrl?: string;
}

export interface House extends AsyncDisposable {
  readonly store: OpenStore['store'] & Store;
  readonly handle: DatabaseHandle;
  readonly lab: Lab;
  readonly deps: StartGateDeps;
  readonly world: WorldDeps;
  readonly starting: Starting;
  /** May be changed at any time: the directory is read anew at each call. */
  readonly people: Map<string, Person>;
  /** May be changed, as a restart with another configuration does. */
  readonly rules: { roles: Rules['roles']; policies: Rules['policies'] };
  /** Ids of what changed, and what goes wrong next. */
  readonly told: string[];
  readonly breaks: {
    directory?: boolean;
    telling?: 'job' | 'request';
    /** This process dies when a request is told of. */
    kill?: boolean;
    operations?: ReadonlySet<string>;
  };
  readonly errors: unknown[];
}

export async function openHouse(wish: HouseWish = {}): Promise<House> {
  await using stack = new AsyncDisposableStack();
  const url = wish.databaseUrl ?? `sqlite:${stack.use(createTemporaryFolder('approvals')).path}/`;
  const opened = await openStore(
    { url, connections: 8 },
    { createQueue: async (handle) => createQueue(handle) },
  );
  stack.defer(async () => {
    await opened.queue.stop();
    await opened.close();
  });
  const people = new Map(makePeople().map((person) => [person.login, person]));
  const breaks: House['breaks'] = {};
  const lab = createLab({
    ...{ file: ':memory:', speed: 0, estate: makeEstate(wish.estate) },
    people: () => {
      if (breaks.directory) throw new Error('the directory is away');
      return [...people.values()];
    },
  });
  stack.defer(() => lab.close());
  const rules = { roles: [makeRole()], policies: [makePolicy()], ...wish.rules };
  const house = build({ store: opened.store as House['store'], lab, rules, breaks });
  await learnEstate(house.world.sync, lab);
  const closing = stack.move();
  return {
    ...{ ...house, handle: opened.handle, lab, rules, people, breaks },
    store: opened.store as House['store'],
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

const clock: Clock = { elapsedMs: () => 0, pause: async () => {} };

function build({ store, lab, rules, breaks }: Pick<House, 'store' | 'lab' | 'rules' | 'breaks'>) {
  const told: string[] = [];
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const index = createEstateIndex();
  const connections = new Map(lab.connections.map((connection) => [connection.id, connection]));
  const sync: SyncOptions = { store, index, clock, onError, feed: createEstateFeed(store, index) };
  const world: WorldDeps = {
    ...{ sync, connections, rules: PLACEMENT_RULES, goalOf: () => 'balance' },
    evacuation: { evacuate: 'drover', evacuateClusters: [] },
    capacityOf: () => undefined,
    moveAnswers: createMoveAnswers(),
    ownVms: { purposesOf: () => [] },
  };
  const announcer = createAnnouncer(told, breaks);
  const scheduling: Scheduling = {
    ...{ announcer, capacityOf: () => undefined },
    kinds: createStepKinds(
      listStepKinds(
        { changeable, chooseOtherHost: async () => undefined, ...createRecorder(index, () => {}) },
        clock,
      ),
    ),
  };
  const newId = randomUUID;
  const deps: StartGateDeps = {
    ...{ store, directory: lab.directory, rules, index, announcer, scheduling, newId, onError },
    findOperation: (name) => (breaks.operations?.has(name) ? undefined : findOperation(name)),
    ...createWorlds(world),
  };
  const starting = { store, gate: createStartGate(deps), scheduling, newId };
  return { deps, world, starting, told, errors };
}

async function changeable(): Promise<never> {
  throw new Error('no step is carried out here');
}

function createAnnouncer(told: string[], breaks: House['breaks']) {
  const tell = (what: 'job' | 'request', id: string) => {
    if (breaks.kill && what === 'request') process.kill(process.pid, 'SIGKILL');
    if (breaks.telling === what) throw new Error(`cut at the ${what}`);
    told.push(id);
  };
  return {
    jobChanged: async (_tx: unknown, id: string) => tell('job', id),
    jobTurned: async () => undefined,
    jobAsked: async () => undefined,
    requestChanged: async (_tx: unknown, id: string) => tell('request', id),
    requestShown: async () => undefined,
  };
}

/** The embedded queue is for SQLite; on PostgreSQL the same rows are kept, as far as these tests look at them. */
function createQueue(handle: DatabaseHandle): Pick<WorkQueue, 'enqueue' | 'stop'> {
  if (handle.dialect === 'sqlite') {
    return createEmbeddedQueue({
      handle,
      onError(error) {
        throw error;
      },
    });
  }
  return {
    async enqueue(tx, wakeUps: readonly WakeUp[]) {
      const now = tx.now.getTime();
      const rows = wakeUps.map(({ topic, key, delayMs = 0 }) => ({
        topic,
        key,
        due_at: now + delayMs,
      }));
      await handle.kyselyOf(tx.native).insertInto('wake_up').values(rows).execute();
    },
    stop: async () => {},
  };
}
