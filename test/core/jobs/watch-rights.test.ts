/** A job whose requester's right is read again while it runs (H26). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerHold } from '#core/jobs/answer-hold.ts';
import { HOLD_WITHIN_MS } from '#core/jobs/hold.ts';
import { createRightsLook } from '#core/jobs/rights-look.ts';
import { watchRights } from '#core/jobs/watch-rights.ts';
import type { Announcer } from '#core/ports/announcer.ts';
import { type Bench, dieAtSeam, openBench } from './open-bench.ts';
import { BOB, LOST, watch } from './watch-bench.ts';

const standingOf = async (bench: Bench) => [
  (await bench.job('job-1')).code,
  ...(await bench.states('job-1')),
];

describe('a job while it runs', () => {
  it('H26 is looked at each minute, and goes its way while the right holds', async () => {
    await using bench = await openBench();
    const { options, read, deliver } = await watch(bench);

    await watchRights(options, 'job-1');
    const next = await deliver();
    await bench.deliverAll();
    await deliver();

    assert.equal(next, 'job-1 60000');
    assert.deepEqual(read, ['job-1', 'job-1']);
    assert.equal((await bench.job('job-1')).state, 'done');
    assert.deepEqual(bench.queue.due('job'), []);
  });

  it('H26 whose right is lost begins nothing more: what has permits gives them back, what is in hand ends', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    await bench.startJob({ steps: { other: { permits: ['host:x'] } } });
    watched.say(LOST);

    await watchRights(watched.options, 'job-1');
    await bench.deliverAll();

    assert.deepEqual(await standingOf(bench), [
      ...['requester_lost_right', 'a blocked', 'b blocked', 'tidy blocked'],
    ]);
    assert.deepEqual(bench.platform.sent, ['job-2/other']);
    assert.deepEqual(bench.asked, ['job-1 Bob']);
  });

  it('H26 whose right is lost puts its steps back before it touches its card, as a claim does: neither waits for the other', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    watched.say(LOST);
    const asked: string[] = [];
    const announcer: Announcer = {
      ...bench.loop.announcer,
      async jobAsked(tx, jobId) {
        for (const { key, state } of await tx.jobs.listSteps({ jobId }))
          asked.push(`${key} ${state}`);
      },
    };

    await watchRights({ ...watched.options, scheduling: { ...bench.loop, announcer } }, 'job-1');

    assert.deepEqual(asked, ['a blocked', 'b blocked', 'tidy blocked']);
  });

  it('H26 H18 H31 whose question nobody answers in time ends, and takes no word after it', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    watched.say(LOST);
    await watchRights(watched.options, 'job-1');
    const gate = await bench.gate('job-1');
    assert.ok(gate);

    watched.forward(HOLD_WITHIN_MS);
    const isTaken = await watched.options.store.transact((tx) =>
      answerHold(tx, bench.loop, gate, { answer: 'go_on', person: BOB }),
    );
    await bench.deliverAll();

    const job = await bench.job('job-1');
    assert.deepEqual(
      [isTaken, job.state, job.code, job.cancelAskedBy],
      [false, 'cancelled', 'requester_lost_right', null],
    );
    assert.deepEqual(bench.platform.sent, ['job-1/tidy']);
    assert.equal(await bench.gate('job-1'), undefined);
  });

  it('H26 H18 is woken at the deadline of its question', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    watched.say(LOST);
    await watchRights(watched.options, 'job-1');
    const wakeUps = bench.queue.due('job').map(({ key, delayMs }) => `${key} ${delayMs}`);

    watched.forward(HOLD_WITHIN_MS);
    await watched.deliver();
    await bench.deliverAll();

    assert.deepEqual(wakeUps, [`job-1#held ${HOLD_WITHIN_MS}`, 'job-1 60000']);
    assert.equal((await bench.job('job-1')).state, 'cancelled');
  });

  it('H26 that has nothing left to begin ends by itself, and nobody is asked', async () => {
    await using bench = await openBench();
    const watched = await watch(bench, { a: {} });
    watched.say(LOST);
    const dead = dieAtSeam('sending');
    await bench.deliver(dead);

    await watchRights(watched.options, 'job-1');
    await bench.deliverAll();

    assert.equal((await bench.job('job-1')).state, 'done');
    assert.deepEqual(bench.asked, []);
  });

  it('H26 that ends by itself while it is asked about closes the question', async () => {
    await using bench = await openBench();
    const steps = { a: {}, again: { after: ['a'], begins: 'when_failed' as const } };
    const watched = await watch(bench, steps);
    await bench.deliver(dieAtSeam('acted'));
    watched.say(LOST);

    await watchRights(watched.options, 'job-1');
    const gate = await bench.gate('job-1');
    await bench.deliverAll();

    const job = await bench.job('job-1');
    assert.ok(gate);
    assert.deepEqual([job.state, job.code, await bench.gate('job-1')], ['done', null, undefined]);
  });

  it('H26 puts back a step whose worker died before it sent anything', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    await bench.deliver(dieAtSeam('claimed'));
    watched.say(LOST);

    await watchRights(watched.options, 'job-1');
    await bench.deliverAll();

    assert.deepEqual(await standingOf(bench), [
      ...['requester_lost_right', 'a blocked', 'b blocked', 'tidy blocked'],
    ]);
    assert.deepEqual(bench.platform.sent, []);
  });

  it('H26 puts back a step that had chosen its place, and it keeps that place when it goes on', async () => {
    await using bench = await openBench();
    bench.platform.places.set('job-1/late', 'esx-02');
    const watched = await watch(bench, { late: { kind: 'late' }, b: { after: ['late'] } });
    watched.say(LOST);
    await watchRights(watched.options, 'job-1');
    const gate = await bench.gate('job-1');
    assert.ok(gate);
    bench.platform.places.set('job-1/late', 'esx-03');
    const before = await bench.states('job-1');

    await bench.store.transact((tx) =>
      answerHold(tx, bench.loop, gate, { answer: 'go_on', person: BOB }),
    );
    await bench.deliverAll();

    assert.deepEqual(before, ['late blocked', 'b blocked']);
    const { input } = await bench.step('job-1/late');
    assert.equal((input as { readonly host?: string }).host, 'esx-02');
    const { state, code, facts } = await bench.job('job-1');
    assert.deepEqual(
      [state, code, facts],
      ['done', null, { takenOverById: 'bob', takenOverBy: 'Bob' }],
    );
  });

  it('H26 a cancel ends it while it is asked about', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    watched.say(LOST);
    await watchRights(watched.options, 'job-1');

    await bench.cancel('job-1');
    await bench.deliverAll();

    assert.deepEqual(
      [(await bench.job('job-1')).state, await bench.gate('job-1'), bench.platform.sent],
      ['cancelled', undefined, ['job-1/tidy']],
    );
  });
});

describe('before a step begins', () => {
  it('H26 the right is read, once for many, and not again while it is fresh', async () => {
    await using bench = await openBench();
    const { options, read } = await watch(bench);
    const look = createRightsLook(options);

    await Promise.all([look.look('job-1/a'), look.look('job-1/a')]);
    await look.look('job-1/a');
    bench.clock.advance(5000);
    const isFresh = look.isFresh('job-1');
    await look.look('job-1/a');

    assert.deepEqual([read.length, isFresh], [2, false]);
  });

  it('H26 what holds is read without a write: no step pays a commit for it', async () => {
    await using bench = await openBench();
    const { options } = await watch(bench);
    const transact = () => assert.fail('it writes');
    const look = createRightsLook({ ...options, store: { ...options.store, transact } });

    await look.look('job-1/a');

    assert.equal(look.isFresh('job-1'), true);
  });

  it('H26 what was lost is not begun', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    watched.say(LOST);

    await createRightsLook(watched.options).look('job-1/a');
    await bench.deliverAll();

    assert.deepEqual(bench.platform.sent, []);
  });

  it('H26 a follower begins in the same wake-up only while the right is fresh', async () => {
    await using bench = await openBench();
    await watch(bench, { a: {}, b: { after: ['a'] } });

    await bench.deliver({ isRightFresh: () => false });

    assert.deepEqual(await bench.states('job-1'), ['a done', 'b ready']);
    assert.deepEqual(
      bench.queue.due('step').map(({ key }) => key),
      ['job-1/b'],
    );
  });
});
