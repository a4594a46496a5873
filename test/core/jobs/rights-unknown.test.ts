/** A running job of which nobody can say whether it may still be asked for: it waits, and not for ever (H18, H26). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerHold } from '#core/jobs/answer-hold.ts';
import { ASK_AFTER_MS, HOLD_WITHIN_MS } from '#core/jobs/hold.ts';
import type { Gate, HOLD_ANSWERS } from '#core/jobs/job.ts';
import { watchRights } from '#core/jobs/watch-rights.ts';
import { type Bench, openBench } from './open-bench.ts';
import { BOB, HOLDS, LOST, SILENT, type Watched, watch } from './watch-bench.ts';

/** Its two series of wake-ups, each once. */
async function look({ deliver }: Watched): Promise<void> {
  for (let times = 0; times < 2; times += 1) await deliver();
}

/** Silent for so long that operators are asked. */
async function askAbout(bench: Bench): Promise<{ watched: Watched; gate: Gate }> {
  const watched = await watch(bench);
  watched.say(SILENT);
  await watchRights(watched.options, 'job-1');
  watched.forward(ASK_AFTER_MS);
  await look(watched);
  const gate = await bench.gate('job-1');
  assert.ok(gate);
  return { watched, gate };
}

const answer = (
  bench: Bench,
  { options }: Watched,
  gate: Gate,
  word: (typeof HOLD_ANSWERS)[number],
) =>
  options.store.transact((tx) => answerHold(tx, bench.loop, gate, { answer: word, person: BOB }));

describe('a job of which nobody knows whether it may go on', () => {
  it('H26 H09 is held, asks again, asks the operators after a quarter of an hour, and goes on with an answer', async () => {
    await using bench = await openBench();
    const watched = await watch(bench);
    watched.say(SILENT);
    await watchRights(watched.options, 'job-1');
    const silent = [(await bench.job('job-1')).code, ...(await bench.states('job-1'))];
    await look(watched);
    const soon = [...bench.asked, await bench.gate('job-1')];

    watched.forward(ASK_AFTER_MS);
    for (let times = 0; times < 2; times += 1) await look(watched);
    const gate = await bench.gate('job-1');
    const { facts } = await bench.job('job-1');
    watched.say(HOLDS);
    await look(watched);
    await bench.deliverAll();

    assert.deepEqual(silent, ['rights_unknown', 'a blocked', 'b blocked', 'tidy blocked']);
    assert.deepEqual([soon, bench.asked], [[undefined], ['job-1 Bob']]);
    assert.deepEqual(
      [gate?.code, gate?.choices],
      ['directory_not_reachable', ['go_on', 'end_here']],
    );
    const askedFor = Number(gate?.until) - Date.parse(String(facts?.heldSince)) - ASK_AFTER_MS;
    assert.ok(askedFor >= HOLD_WITHIN_MS && askedFor < HOLD_WITHIN_MS + 60_000, String(askedFor));
    const job = await bench.job('job-1');
    assert.deepEqual([job.state, job.code, job.facts], ['done', null, {}]);
    assert.equal(await bench.gate('job-1'), undefined);
  });

  it('H18 H26 ends at the deadline of that question, and gives back what it held', async () => {
    await using bench = await openBench();
    const { watched } = await askAbout(bench);

    watched.forward(HOLD_WITHIN_MS - 60_000);
    await look(watched);
    const before = (await bench.job('job-1')).cancelAskedAt;
    watched.forward(60_000);
    await look(watched);
    await bench.deliverAll();

    assert.equal(before, null);
    const { state, code } = await bench.job('job-1');
    assert.deepEqual([state, code], ['cancelled', 'rights_unknown']);
    assert.deepEqual([await bench.gate('job-1'), await bench.reservations()], [undefined, []]);
    assert.deepEqual(bench.platform.sent, ['job-1/tidy']);
  });

  it('H18 H26 is looked at once more before it ends: a directory that answers by then lets it go on', async () => {
    await using bench = await openBench();
    const { watched } = await askAbout(bench);

    watched.forward(HOLD_WITHIN_MS);
    watched.say(HOLDS);
    await look(watched);
    await bench.deliverAll();

    assert.equal((await bench.job('job-1')).state, 'done');
  });

  it('H26 goes on or ends by the word of an operator', async () => {
    for (const word of ['go_on', 'end_here'] as const) {
      await using bench = await openBench();
      const { watched, gate } = await askAbout(bench);

      const isTaken = await answer(bench, watched, gate, word);
      await bench.deliverAll();

      const { state, facts } = await bench.job('job-1');
      const by = word === 'go_on' ? ['done', 'Bob'] : ['cancelled', undefined];
      assert.deepEqual([isTaken, state, facts?.takenOverBy], [true, ...by]);
    }
  });

  it('H26 takes no word on what is asked no more, and waits anew', async () => {
    await using bench = await openBench();
    const { watched, gate } = await askAbout(bench);
    watched.say(HOLDS);
    await watchRights(watched.options, 'job-1#held');
    watched.say(SILENT);
    await watchRights(watched.options, 'job-1');

    const isTaken = await answer(bench, watched, gate, 'end_here');

    const { state, code, cancelAskedAt } = await bench.job('job-1');
    assert.deepEqual([isTaken, state, code], [false, 'running', 'rights_unknown']);
    assert.equal(cancelAskedAt, null);
  });

  it('H26 is asked about anew, with all the time there is, when the right turns out to be lost', async () => {
    await using bench = await openBench();
    const { watched, gate: first } = await askAbout(bench);
    watched.forward(HOLD_WITHIN_MS - 1000);
    watched.say(LOST);

    await watchRights(watched.options, 'job-1#held');

    const gate = await bench.gate('job-1');
    const left = Number(gate?.until) - Number(first.until);
    assert.ok(left > HOLD_WITHIN_MS - 60_000, String(left));
    assert.deepEqual(
      [gate?.code, (await bench.job('job-1')).cancelAskedAt],
      ['requester_lost_right', null],
    );
    assert.deepEqual(bench.asked, ['job-1 Bob', 'job-1 Bob']);
  });
});
