/** Random load on a work queue: topics, delays, roll-backs and failures mixed, and every promise looked at. */
import assert from 'node:assert/strict';
import { type Delivery, TOPICS, type Topic, type WakeUp } from '#core/ports/work-queue.ts';
import type { OpenQueue, QueueTx } from './work-queue-contract.ts';
import { createRandom, type Random } from './work-queue-random.ts';
import { createRecorder, type Recorder } from './work-queue-recorder.ts';

const TRANSACTIONS = 120;

interface Expected {
  readonly topic: Topic;
  readonly dueAt: number;
  failuresLeft: number;
  deliveries: number;
  isUnderWay: boolean;
  isDone: boolean;
}

interface Trial {
  readonly open: OpenQueue;
  readonly random: Random;
  /** By key, from just before the commit on. */
  readonly expected: Map<string, Expected>;
  readonly faults: string[];
}

export async function runTrial(open: OpenQueue, seed: number): Promise<void> {
  const trial: Trial = { open, random: createRandom(seed), expected: new Map(), faults: [] };
  const [lateTopic = 'job', ...topics] = trial.random.shuffle(TOPICS);
  const recorders = new Map<Topic, Recorder>();
  for (const topic of topics) recorders.set(topic, await consume(trial, topic));

  const sent: Promise<void>[] = [];
  for (let number = 0; number < TRANSACTIONS; number += 1) {
    if (number === TRANSACTIONS / 2) recorders.set(lateTopic, await consume(trial, lateTopic));
    const sending = send(trial, number);
    sent.push(sending);
    if (trial.random.isLucky(0.5)) await sending;
  }
  await Promise.all(sent);
  for (const [topic, recorder] of recorders) await recorder.until(() => isDone(trial, topic));
  await open.queue.stop();

  const failures = trial.expected.values().reduce((sum, { deliveries }) => sum + deliveries - 1, 0);
  assert.deepEqual(trial.faults, []);
  assert.equal(open.errors.length, failures, 'errors other than on purpose');
}

async function consume(trial: Trial, topic: Topic): Promise<Recorder> {
  const concurrency = 1 + trial.random.below(6);
  const recorder = createRecorder(async (delivery) => {
    if (recorder.mostAtOnce() > concurrency) trial.faults.push(`${topic}: too many at once`);
    await deliver(trial, topic, delivery);
  });
  await trial.open.queue.consume(topic, concurrency, recorder.deliver);
  return recorder;
}

async function deliver(trial: Trial, topic: Topic, { key, redelivered }: Delivery): Promise<void> {
  const { open, random, expected, faults } = trial;
  const state = expected.get(key);
  if (state?.topic !== topic)
    return void faults.push(`${key} came to ${topic}, not ${state?.topic}`);
  if (state.isUnderWay) faults.push(`${key} has two holders`);
  if (redelivered !== state.deliveries > 0) faults.push(`${key}: redelivered is ${redelivered}`);
  state.deliveries += 1;
  state.isUnderWay = true;
  if ((await open.now()) < state.dueAt) faults.push(`${key} came early`);
  for (let turns = random.below(4); turns > 0; turns -= 1) await open.now();
  state.isUnderWay = false;
  state.failuresLeft -= 1;
  if (state.failuresLeft >= 0) throw new Error(`${key} fails on purpose`);
  state.isDone = true;
  return undefined;
}

async function send(trial: Trial, number: number): Promise<void> {
  const { open, random, expected } = trial;
  const count = 1 + random.below(5);
  const wakeUps = Array.from({ length: count }, (_, index) =>
    createWakeUp(random, `${number}/${index}`),
  );
  const isRolledBack = random.isLucky(0.2);
  const sent = open.transact(async (tx) => {
    await open.queue.enqueue(tx, wakeUps);
    if (isRolledBack) throw new Error('roll back');
    // A delivery may come before `transact` returns.
    for (const wakeUp of wakeUps) expected.set(wakeUp.key, toExpected(tx, wakeUp, random));
  });
  if (isRolledBack) await assert.rejects(sent, /roll back/);
  else await sent;
}

function createWakeUp(random: Random, key: string): WakeUp {
  const topic = TOPICS[random.below(TOPICS.length)] ?? 'job';
  return random.isLucky(0.6) ? { topic, key } : { topic, key, delayMs: random.below(600) };
}

function toExpected({ now }: QueueTx, { topic, delayMs = 0 }: WakeUp, random: Random): Expected {
  const failuresLeft = random.isLucky(0.15) ? 1 : 0;
  const dueAt = now.getTime() + delayMs;
  return { topic, dueAt, failuresLeft, deliveries: 0, isUnderWay: false, isDone: false };
}

function isDone({ expected }: Trial, topic: Topic): boolean {
  const ofTopic = expected.values().filter((state) => state.topic === topic);
  return ofTopic.every((state) => state.isDone);
}
