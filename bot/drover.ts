/** One running Drover: what works, what listens, and how it ends within ten seconds without losing anything. */
import type { Rules } from '#approvals/policy.ts';
import type { ApprovalStore } from '#approvals/request-store.ts';
import { sendBackRebound } from '#approvals/send-back-rebound.ts';
import { createEstateFeed } from '#core/inventory/estate-feed.ts';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import { openTakenOut } from '#core/inventory/opened-hosts.ts';
import { createRecorder } from '#core/inventory/record.ts';
import type { SyncOptions } from '#core/inventory/sync-connection.ts';
import { announceQuestions, announceSilence } from '#core/jobs/announce-standing.ts';
import type { Patience } from '#core/jobs/loop.ts';
import { createStepKinds } from '#core/jobs/step-kind.ts';
import type { Worker } from '#core/jobs/worker.ts';
import { createNotice } from '#core/noticed/notice-changes.ts';
import { createMoveAnswers } from '#core/operations/examine-moves.ts';
import { findOperation } from '#core/operations/registry.ts';
import { createGoalOf } from '#core/placement/group-goals.ts';
import type { Anchor } from '#core/ports/anchor.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Connection } from '#core/ports/connection.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { Network } from '#core/ports/network.ts';
import type { SignIn } from '#core/ports/sign-in.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import type { listStepKinds } from '#core/steps/registry.ts';
import { type AuditKeeper, startAuditKeeper } from './audit-keeper.ts';
import { createCapacity } from './capacity.ts';
import { createClusterNames, listNamedClusters } from './cluster-names.ts';
import type { Config } from './config.ts';
import { createAnnouncer } from './conversation/announcer.ts';
import type { ConversationPort } from './conversation/conversation-port.ts';
import { createFeed } from './conversation/feed.ts';
import type { Reach } from './conversation/tell-operators.ts';
import { holdAfterRestore } from './hold-after-restore.ts';
import type { House } from './house.ts';
import { keepConnections } from './keep-connections.ts';
import { createOwnVmsKeeper, keepLooking, type OwnVmsKeeper } from './keep-own-vms.ts';
import { keepRules } from './keep-rules.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openChats } from './open-chats.ts';
import { openWindows } from './open-windows.ts';
import { createPeopleFirst, type PeopleFirst } from './people-first.ts';
import { createRehearsePlan } from './rehearsal/rehearse-plan.ts';
import { startWork } from './start-work.ts';
import { createStepWorld } from './step-world.ts';
import { wakeLeftovers } from './wake-leftovers.ts';

export interface Parts {
  readonly config: Config;
  readonly dataFolder: string;
  readonly log: Log;
  readonly version: string;
  readonly port: number;
  /** No other port will do: somebody told people, or a proxy, this one. */
  readonly isPortChosen: boolean;
  readonly store: ApprovalStore;
  readonly queue: WorkQueue;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly directory: Directory;
  readonly rules: Rules;
  /** Looks anew what the names of their groups stand for. */
  readonly rereadRules: () => Promise<void>;
  readonly anchor: Anchor;
  /** Whether the anchor would be lost with the database; said once at the start. */
  readonly isAnchorOnSameDisk: boolean;
  readonly isNewDatabase: boolean;
  readonly clock: Clock;
  readonly network: Network;
  readonly listStepKinds: typeof listStepKinds;
  readonly newId: () => string;
  /** How people prove who they are. Absent: lab people, between whom one switches. */
  readonly signIn: SignIn | undefined;
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

export async function startDrover(parts: Parts): Promise<Drover> {
  await using stack = new AsyncDisposableStack();
  const { store, log, connections } = parts;
  const late: Late = { people: createPeopleFirst() };
  const house = buildHouse(parts, late);
  await house.sync.feed.catchUp();
  await late.ownVms?.lookAnew();
  late.keeper = stack.adopt(await startKeeper(parts, house), (keeper) => keeper.close());
  // A database made just now knows nothing that could act wrongly: its chain begins anew, and the anchor says so.
  if (parts.isNewDatabase) late.keeper.acceptDatabase();
  else await holdAfterRestore(house, late.keeper.atStart);
  for (const connection of connections.values()) stack.defer(() => connection.close());
  const ending = new AbortController();
  const syncs = keepConnections(house.sync, connections, ending.signal);
  late.resync = syncs.resync;
  const { onError } = house;
  const { signal } = ending;
  const { config, clock } = parts;
  const keptUntil = { ending: signal, onError };
  const kept = [
    keepRules(parts.rereadRules, clock, keptUntil),
    ...(late.ownVms ? [keepLooking(late.ownVms, clock, keptUntil)] : []),
    ...toClusterNames(parts, house).map((names) => keepLooking(names, clock, keptUntil)),
  ];
  stack.defer(async () => {
    ending.abort();
    await Promise.all([syncs.ended, ...kept]);
  });
  const feed = createFeed(house);
  stack.defer(() => (late.worker ?? parts.queue).stop());
  const chats = stack.adopt(await openChats({ config, house, clock, log }), (all) => all.close());
  const senders = [feed.sender, ...chats.senders];
  late.worker = await startWork(parts, house, {
    senders: new Map(senders.map((one) => [one.transport, one])),
    people: late.people,
  });
  await wakeLeftovers(store);
  const windows = { ...parts, conversation: feed.port, probes: createMetrics(house), onError };
  const own = stack.adopt(await openWindows(windows), (all) => all.close());
  late.url = own.url;
  log.debug({ url: own.url.replace(/key=.*/, 'key=…') }, 'started');

  const opened = stack.move();
  return {
    url: own.url,
    conversation: feed.port,
    house,
    async close() {
      await opened.disposeAsync();
      await parts.close();
      log.debug('ended');
    },
  };
}

/** What is started after the house that names it. */
interface Late {
  readonly people: PeopleFirst;
  worker?: Worker;
  keeper?: AuditKeeper;
  ownVms?: OwnVmsKeeper;
  resync?: (connectionId: string) => void;
  /** Of the console. */
  url?: string;
}

function startKeeper(
  { store, anchor, clock, log, isAnchorOnSameDisk }: Parts,
  { onError }: House,
): Promise<AuditKeeper> {
  if (isAnchorOnSameDisk) {
    log.warn(
      'the audit anchor lies on the disk of the database: set audit.anchorFile to another one',
    );
  }
  return startAuditKeeper({ store, anchor, clock, onError });
}

/** None where the configuration names no cluster. */
function toClusterNames({ store, config, log }: Parts, { index, sync: { feed } }: House) {
  if (listNamedClusters(config.placement).length === 0) return [];
  return [createClusterNames({ store, index, config, log, catchUp: () => feed.catchUp() })];
}

function buildHouse(parts: Parts, late: Late): House {
  const { store, directory, connections, rules, config, clock, newId, log } = parts;
  const onError = (error: unknown) => log.error({ error }, 'a fault');
  const index = createEstateIndex([...connections.keys()]);
  const feed = createEstateFeed(store, index);
  const onSyncError = (error: unknown, connection: string) =>
    log.error({ error, connection }, 'a reading failed');
  const reach = toReach(config);
  const announcer = createAnnouncer({ newId, reach });
  const breathe = late.people.takeTurn;
  const notice = createNotice({ index, limits: config.noticed, announcer, newId });
  const onReconciled: SyncOptions['onReconciled'] = async (tx, reconciled): Promise<void> => {
    await sendBackRebound({ ...requests, findOperation, world }, tx, reconciled);
    await announceQuestions({ index, announcer }, tx, reconciled);
    await openTakenOut(index, tx, reconciled);
    await notice.learned(tx, reconciled.writes);
  };
  const onTurned: SyncOptions['onTurned'] = (tx, id) => announceSilence({ announcer }, tx, id);
  const sync: SyncOptions = {
    ...{ store, index, feed, clock, breathe, onReconciled, onTurned, onError: onSyncError },
    onGone: notice.gone,
  };
  const { goal, goals, evacuate, evacuateClusters, ...placement } = config.placement;
  const evacuation = { evacuate, evacuateClusters };
  const moveAnswers = createMoveAnswers();
  const capacityOf = createCapacity({ limits: config.limits, connections, index });
  const keeper = createOwnVmsKeeper({ ...parts, index });
  late.ownVms = keeper;
  const { ownVms } = keeper;
  const world = {
    ...{ sync, connections, rules: placement, goalOf: createGoalOf({ goal, goals }), evacuation },
    ...{ capacityOf, moveAnswers, ownVms },
  };
  const recorder = createRecorder(index, () => void feed.catchUp().catch(onError), notice.recorded);
  const kinds = createStepKinds(
    parts.listStepKinds(createStepWorld({ store, connections, recorder, world }), clock),
  );
  const scheduling = { kinds, announcer, capacityOf };
  const requests = { store, directory, scheduling, announcer, newId, rules, index, onError };
  const rehearsePlan = createRehearsePlan({ index, connections, kinds, capacityOf });
  return {
    ...{ store, directory, connections, index, sync, rules, scheduling, requests, newId, onError },
    ...{ world, reach, rehearsePlan },
    passOnCancel: (jobId) => late.worker?.passOnCancel(jobId),
    resync: (connectionId) => late.resync?.(connectionId),
    acceptDatabase: () => late.keeper?.acceptDatabase(),
    timeZone: config.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: parts.version,
    links: config.links,
    retryWithinMs: config.jobs.retryWithinHours * 3_600_000,
    signInUrl: () => new URL('/account.html', config.console.url ?? late.url).href,
  };
}

function toReach({ slack, teams }: Config): Reach {
  const chats = Object.entries({ slack, teams }).flatMap(([transport, config]) =>
    config ? [{ transport, place: config.operatorsChannel }] : [],
  );
  return {
    chats: new Set(chats.map(({ transport }) => transport)),
    operators: chats.flatMap(({ transport, place }) => (place ? [{ transport, place }] : [])),
  };
}
