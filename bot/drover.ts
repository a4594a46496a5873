/** One running Drover: what works, what listens, and how it ends within ten seconds without losing anything. */

import { join } from 'node:path';
import type { Rules } from '#approvals/open-request.ts';
import type { ApprovalStore } from '#approvals/request-store.ts';
import { createStartGate } from '#approvals/start-gate.ts';
import { watchRequest } from '#approvals/watch-request.ts';
import { createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import { createRecorder } from '#core/inventory/record.ts';
import { PATIENCE, type Patience } from '#core/jobs/loop.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import { startWorker, type Worker } from '#core/jobs/worker.ts';
import { createWorlds } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import type { Anchor } from '#core/ports/anchor.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import type { listStepKinds } from '#core/steps/registry.ts';
import { startAuditKeeper } from './audit-keeper.ts';
import type { Config } from './config.ts';
import { createConsole } from './console/console.ts';
import { createAnnouncer } from './conversation/announcer.ts';
import type { ConversationPort } from './conversation/conversation-port.ts';
import { createFeed } from './conversation/feed.ts';
import { handleMessage } from './conversation/handle-message.ts';
import { deliverCard } from './delivery/deliver.ts';
import { createInTurn } from './delivery/in-turn.ts';
import type { House } from './house.ts';
import { keepConnections } from './keep-connections.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { toConsoleCard } from './renderers/adaptive-card.ts';
import { createStepWorld } from './step-world.ts';
import { startTerminalServer } from './terminal/terminal-server.ts';
import { wakeLeftovers } from './wake-leftovers.ts';

export interface Parts {
  readonly config: Config;
  readonly dataFolder: string;
  readonly log: Log;
  readonly version: string;
  readonly port: number;
  readonly store: ApprovalStore;
  readonly queue: WorkQueue;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly directory: Directory;
  readonly rules: Rules;
  readonly anchor: Anchor;
  readonly clock: Clock;
  readonly listStepKinds: typeof listStepKinds;
  readonly newId: () => string;
  /** Whether people are switched between instead of signing in. */
  readonly isLab: boolean;
  /** For tests that wait for nobody; the product goes by `PATIENCE`. */
  readonly patience?: Patience | undefined;
  /** For tests of crashes; the product passes nothing. */
  readonly seam?: ((name: string) => Promise<void> | void) | undefined;
  /** Closes what compose.ts opened. */
  readonly close: () => Promise<void>;
}

export interface Drover {
  readonly url: string;
  /** What people say and see, as the console and the terminal use it. */
  readonly conversation: ConversationPort;
  readonly house: House;
  close(): Promise<void>;
}

const STEPS_AT_ONCE = 32;
const MESSAGES_AT_ONCE = 8;
const CARDS_AT_ONCE = 4;

export async function startDrover(parts: Parts): Promise<Drover> {
  const { store, queue, log, connections } = parts;
  const ending = new AbortController();
  const late: { worker?: Worker; resync?: (id: string) => void } = {};
  const house = buildHouse(parts, late);
  await house.sync.feed.catchUp();
  const keeper = await startAuditKeeper({
    store,
    anchor: parts.anchor,
    clock: parts.clock,
    onError: house.onError,
  });
  const syncs = keepConnections(house.sync, connections, ending.signal);
  late.resync = syncs.resync;

  const feed = createFeed(house);
  const senders = new Map([[feed.sender.transport, feed.sender]]);
  const inTurn = createInTurn();
  await queue.consume('inbox', MESSAGES_AT_ONCE, ({ key }) => handleMessage(house, key));
  await queue.consume('delivery', CARDS_AT_ONCE, ({ key }) =>
    inTurn(key, () => deliverCard({ house, senders }, key)),
  );
  await queue.consume('request', 1, ({ key }) => watchRequest(house.requests, key));
  late.worker = await startJobs(parts, house);
  await wakeLeftovers(store);

  const metrics = createMetrics(house);
  const web = await createConsole({
    ...{ conversation: feed.port, port: parts.port, examples: EXAMPLES },
    toAdaptiveCard: toConsoleCard,
    keyFile: join(parts.dataFolder, 'console.key'),
    ...{ healthz: metrics.healthz, metrics: metrics.metrics },
  });
  const terminal = await startTerminalServer({
    ...{
      dataFolder: parts.dataFolder,
      conversation: feed.port,
      labPeople: parts.isLab,
      onFault: house.onError,
    },
  });
  log.info({ url: web.url.replace(/key=.*/, 'key=…') }, 'started');

  return {
    url: web.url,
    conversation: feed.port,
    house,
    async close() {
      ending.abort();
      await Promise.all([web.close(), terminal.close()]);
      await late.worker?.stop();
      await syncs.ended;
      await Promise.all([...connections.values()].map((connection) => connection.close()));
      await keeper.close();
      await parts.close();
      log.info('ended');
    },
  };
}

/** Lines that an empty conversation offers. */
const EXAMPLES = ['help', 'vm list', 'vm create web-07 --template ubuntu-24'];

function buildHouse(parts: Parts, late: { worker?: Worker; resync?: (id: string) => void }): House {
  const { store, directory, connections, rules, config, clock, newId, log } = parts;
  const onError = (error: unknown) => log.error({ error }, 'a fault');
  const index = createEstateIndex();
  const feed = createEstateFeed(store, index);
  const onSyncError = (error: unknown, connection: string) =>
    log.error({ error, connection }, 'a reading failed');
  const sync = { store, index, feed, clock, onError: onSyncError };
  const recorder = createRecorder(index, () => void feed.catchUp().catch(onError));
  const announcer = createAnnouncer({ newId });
  const kinds = createStepKinds(
    parts.listStepKinds(createStepWorld({ store, connections, recorder }), clock),
  );
  const scheduling = { kinds, announcer, capacityOf: (key: string) => toCapacity(config, key) };
  const requests = { store, directory, scheduling, announcer, newId, rules, index, onError };
  return {
    ...{ store, directory, connections, index, sync, rules, scheduling, requests, newId, onError },
    world: { sync, connections, rules: config.placement },
    passOnCancel: (jobId) => late.worker?.passOnCancel(jobId),
    resync: (connectionId) => late.resync?.(connectionId),
    timeZone: config.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: parts.version,
  };
}

function toCapacity({ limits }: Config, key: string): number | undefined {
  if (key.startsWith('host:')) return limits.clonesPerHost;
  if (key.startsWith('datastore:')) return limits.clonesPerDatastore;
  return key.startsWith('connection:') ? limits.tasksPerConnection : undefined;
}

function startJobs(
  { store, queue, clock, newId, seam, patience = PATIENCE }: Parts,
  house: House,
): Promise<Worker> {
  const gate = createStartGate({
    ...house.requests,
    findOperation,
    ...createWorlds(house.world),
  });
  return startWorker({
    ...{
      ...house.scheduling,
      store,
      queue,
      clock,
      seam,
      patience,
      onError: house.onError,
    },
    starting: { gate, newId },
    concurrency: STEPS_AT_ONCE,
  });
}
