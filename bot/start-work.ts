/** One consumer a topic: what a message does, a card shows, a request waits for and a job changes begins here. */
import { createStartGate } from '#approvals/start-gate.ts';
import { watchRequest } from '#approvals/watch-request.ts';
import { type Loop, PATIENCE, type Patience } from '#core/jobs/loop.ts';
import { startWorker, type Worker } from '#core/jobs/worker.ts';
import { createWorlds } from '#core/operations/prepare-world.ts';
import { findOperation } from '#core/operations/registry.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { Store } from '#core/ports/store.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import type { MessageView } from './conversation/conversation-port.ts';
import { handleMessage } from './conversation/handle-message.ts';
import { deliverCard, toDelivering } from './delivery/deliver.ts';
import type { House } from './house.ts';
import type { PeopleFirst } from './people-first.ts';

const STEPS_AT_ONCE = 32;
const MESSAGES_AT_ONCE = 8;
/** Most of them wait for their turn in a chat. */
const CARDS_AT_ONCE = 256;

export interface WorkParts {
  readonly store: Store;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly patience?: Patience | undefined;
  readonly seam?: Loop['seam'];
}

export interface WorkWish {
  readonly senders: ReadonlyMap<string, MessageSender<MessageView>>;
  readonly people: PeopleFirst;
}

export async function startWork(
  parts: WorkParts,
  house: House,
  { senders, people }: WorkWish,
): Promise<Worker> {
  const { queue } = parts;
  const delivering = toDelivering({ house, senders });
  await queue.consume('inbox', MESSAGES_AT_ONCE, ({ key }) =>
    people.serve(() => handleMessage(house, key)),
  );
  await queue.consume('delivery', CARDS_AT_ONCE, async ({ key }) => {
    await Promise.all([
      deliverCard(delivering, key, 'own_conversations'),
      deliverCard(delivering, key, 'chats'),
    ]);
  });
  await queue.consume('request', 1, ({ key }) => watchRequest(house.requests, key));
  return startJobs(parts, house);
}

function startJobs(
  { store, queue, clock, newId, seam, patience = PATIENCE }: WorkParts,
  house: House,
): Promise<Worker> {
  const gate = createStartGate({
    ...house.requests,
    findOperation,
    ...createWorlds(house.world),
  });
  return startWorker({
    ...{ ...house.scheduling, store, queue, clock, seam, patience, onError: house.onError },
    starting: { gate, newId },
    concurrency: STEPS_AT_ONCE,
  });
}
