/** Late words and clicks (H31), the same one twice (H34), and what an older version left behind (H36). */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import type { Parts } from '#bot/drover.ts';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { holdStarts } from './alterations.ts';
import { answerTo, cardOf, deedsOf, readJob, readRequest, receive } from './look.ts';

const STOP = 'vm stop app-01 --reason "hangs"';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

function listRequests({ drover }: TestApp) {
  return drover.house.store.read((reads) => reads.requests.list({ limit: 100 }));
}

describe('what comes late', { timeout: 60_000 }, () => {
  it('H31 is answered and not obeyed: a line of six minutes ago asks nobody, one of four does', async () => {
    await using app = await openTestApp();

    await receive(app, 'carl', { text: STOP, dedupeKey: 'late', sentAt: minutesAgo(6) });
    const late = await answerTo(app, 'carl', 'late');
    const none = await listRequests(app);
    await receive(app, 'carl', { text: STOP, dedupeKey: 'fresh', sentAt: minutesAgo(4) });
    const fresh = await answerTo(app, 'carl', 'fresh');

    assert.match(textOf(late), /Came too late/);
    assert.match(textOf(late), /Nothing was done; give it again if you still want it/);
    assert.deepEqual(none, []);
    assert.match(textOf(fresh), /Carl Wu wants to stop app-01/);
  });

  it('H31 a click of six minutes ago counts as no vote, and gets its answer', async () => {
    await using app = await openTestApp();
    await app.say('carl', STOP);
    const views = await app.messages('bob');
    const approve = views
      .flatMap(({ card }) => card.actions)
      .find(({ label }) => label === 'Approve');
    const body = { kind: 'action', actionId: approve?.id ?? '', inputs: {} } as const;

    await receive(app, 'bob', { body, dedupeKey: 'late', sentAt: minutesAgo(6) });
    const late = await answerTo(app, 'bob', 'late');

    assert.match(textOf(late), /Came too late/);
    assert.deepEqual(await app.audit('vote_cast'), []);
    assert.equal((await readRequest(app, 1)).state, 'open');
  });

  it('H31 what was received and not handled before a restart is handled at the next start, or told to be late', async () => {
    using folder = createTemporaryFolder('restart');
    const common = { dataFolder: folder.path, config: labConfig() };
    const deaf = (parts: Parts): Parts => ({
      ...parts,
      queue: {
        enqueue: parts.queue.enqueue,
        stop: parts.queue.stop,
        consume: async (topic, ...rest) =>
          topic === 'inbox' ? undefined : parts.queue.consume(topic, ...rest),
      },
    });
    {
      await using app = await openTestApp({ ...common, alter: deaf });
      await receive(app, 'carl', { text: STOP, dedupeKey: 'fresh' });
      await receive(app, 'carl', {
        text: 'vm stop app-02',
        dedupeKey: 'old',
        sentAt: minutesAgo(10),
      });
      assert.deepEqual(await listRequests(app), []);
    }
    await using app = await openTestApp(common);

    const [fresh, old] = [await answerTo(app, 'carl', 'fresh'), await answerTo(app, 'carl', 'old')];

    assert.match(textOf(fresh), /Carl Wu wants to stop app-01/);
    assert.match(textOf(old), /Came too late/);
    assert.equal((await listRequests(app)).length, 1);
  });

  it('H29 H31 a vote is late by the database’s clock alone', async () => {
    const clock = createShiftedClock();
    await using app = await openTestApp({ alter: clock.alter });
    await app.say('carl', STOP);
    clock.forward(31 * 60_000);

    await receive(app, 'bob', {
      ...{ text: 'approval approve R-1', dedupeKey: 'vote' },
      sentAt: new Date(Date.now() + 31 * 60_000),
    });
    const answer = await answerTo(app, 'bob', 'vote');

    assert.match(textOf(answer), /R-1 has expired; nothing was done/);
    assert.deepEqual(await app.audit('request_approved'), []);
  });
});

describe('what comes twice', { timeout: 60_000 }, () => {
  it('H34 under the same id makes one request and one answer', async () => {
    await using app = await openTestApp();

    const taken = await Promise.all(
      [1, 2, 3].map(() => receive(app, 'carl', { text: STOP, dedupeKey: 'same' })),
    );
    await answerTo(app, 'carl', 'same');

    assert.deepEqual(taken.toSorted(), [false, false, true]);
    assert.equal((await listRequests(app)).length, 1);
    const answers = (await app.messages('carl')).filter(({ answers }) => answers === 'same');
    assert.equal(answers.length, 1);
  });

  it('H34 B15 a decision is on every copy, and an older state never comes back over it', async () => {
    await using app = await openTestApp();
    await app.say('carl', STOP);
    const versions = new Map<string, number[]>();
    const watching = new AbortController();
    for (const id of ['lab-carl', 'lab-bob', 'lab-eva']) {
      versions.set(id, []);
      app.drover.conversation.watch(
        id,
        (view) => view.subject?.label === 'R-1' && versions.get(id)?.push(view.version),
        watching.signal,
      );
    }

    await app.say('bob', 'approval deny R-1 --reason "not now"');
    const words = /Denied by Bob Stein/;
    for (const person of ['carl', 'bob', 'eva'])
      await eventually(async () => words.test(await cardOf(app, person, 'R-1')));
    watching.abort();

    for (const seen of versions.values())
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
      );
  });
});

describe('what an older version left', { timeout: 60_000 }, () => {
  /** A Drover that no longer knows a step kind. */
  const forget =
    (name: string) =>
    (parts: Parts): Parts => ({
      ...parts,
      listStepKinds: (...given) =>
        parts.listStepKinds(...given).filter((kind) => kind.name !== name),
    });

  it('H36 a job with a step of an unknown kind ends as made by an older version, and holds nothing', async () => {
    using folder = createTemporaryFolder('upgrade');
    const common = { dataFolder: folder.path, config: labConfig() };
    const starts = holdStarts();
    {
      await using app = await openTestApp({ ...common, alter: starts.alter });
      await app.say('ann', 'vm create web-07 --template ubuntu-24');
      await app.say('bob', 'approval approve R-1');
      // Never released: it ends while the job waits for its start.
      assert.equal((await readJob(app, 1)).state, 'starting');
    }
    await using app = await openTestApp({ ...common, alter: forget('clone-vm') });

    const state = await app.jobEnd(1);

    assert.equal(state, 'failed');
    await eventually(async () => /failed/.test(await cardOf(app, 'ann', 'J-1')));
    const card = await cardOf(app, 'ann', 'J-1');
    assert.match(card, /made by an older version of Drover and cannot go on; give the command/);
    assert.deepEqual(deedsOf(app), []);
    const held = await app.drover.house.store.read(async (reads) => [
      await reads.reservations.list(),
      await reads.jobs.listPermitSteps('holding'),
    ]);
    assert.deepEqual(held, [[], []]);
  });

  it('H36 a request of an unknown operation does not start: its card says so, and the way on', async () => {
    await using app = await openTestApp();
    await app.say('ann', 'vm create web-07 --template ubuntu-24');
    const { id } = await readRequest(app, 1);
    await rewrite(app, 'update request set operation = ? where id = ?', 'vm.conjure', id);

    await app.say('bob', 'approval approve R-1');
    const state = await app.jobEnd(1);

    assert.equal(state, 'refused');
    assert.match(await cardOf(app, 'ann', 'R-1'), /older version: give the command again/i);
    assert.equal((await readRequest(app, 1)).state, 'ended');
    const held = await app.drover.house.store.read((reads) => reads.reservations.list());
    assert.deepEqual(held, []);
  });

  it('H36 a button and a form of a command that is no more say so, and give the way on', async () => {
    await using app = await openTestApp();
    const shown = await app.say('carl', 'vm show app-01');
    const form = await app.say('carl', 'vm create');
    const [button] = shown.card.actions;
    const [send] = form.card.actions;
    const args = JSON.stringify({ command: 'vm conjure' });
    await rewrite(app, 'update card_action set verb = ? where id = ?', 'conjure', button?.id ?? '');
    await rewrite(app, 'update card_action set args = ? where id = ?', args, send?.id ?? '');

    const clicked = await app.clickId('carl', button?.id ?? '');
    const sent = await app.clickId('carl', send?.id ?? '', { name: 'web-07' });

    for (const answer of [clicked, sent])
      assert.match(textOf(answer), /made by an older version.*give the command again/s);
    assert.deepEqual([await listRequests(app), deedsOf(app)], [[], []]);
  });
});

/** Leaves a row as an older version would have written it. */
async function rewrite({ dataFolder }: TestApp, sql: string, ...values: string[]): Promise<void> {
  // Nobody waits for a lock here: whoever has it lives in this very process.
  const database = new DatabaseSync(`${dataFolder}/drover.db`, { timeout: 0 });
  const statement = database.prepare(sql);
  await eventually(() => {
    try {
      return statement.run(...values).changes === 1;
    } catch (error) {
      if (/locked|busy/.test(String(error))) return false;
      throw error;
    }
  });
  database.close();
}
