/** One person by two ways (B31), and one form that is sent again and again (B13). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labConfig, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { answerTo, cardOf, deedsOf, listFacts, readRequest, receive } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
/** Two of the leads, and two of the operators, of whom Bob is one as well. */
const TWO_AND_TWO = labConfig((text) =>
  text
    .replace(
      /decide: \{ approvals: 1, from: ops-leads, reasonOnDeny: true, expiresAfterMinutes: 60 \}/,
      'decide: { approvals: 2, from: ops-leads }',
    )
    .replace(/when: \{ cpus: \{ moreThan: 16 \} \}\n/, 'scope: { folders: [/prod] }\n')
    .replace('approvals: 1, from: operators', 'approvals: 2, from: operators')
    .replace(
      'lab:',
      `lab:
  people:
    - { login: ann, name: Ann Berg, groups: [web-team] }
    - { login: bob, name: Bob Stein, groups: [ops-leads, operators] }
    - { login: eva, name: Eva Lang, groups: [ops-leads] }
    - { login: carl, name: Carl Wu, groups: [operators] }
    - { login: dora, name: Dora Lind, groups: [drover-admins, operators] }`,
    ),
);

async function vote(app: TestApp, login: string, transport: string): Promise<string> {
  const dedupeKey = `${login} by ${transport}`;
  await receive(app, login, { text: 'approval approve R-1', transport, dedupeKey });
  return textOf(await answerTo(app, login, dedupeKey));
}

/** As many names as the number says (B31). */
async function assertCount(app: TestApp, count: number): Promise<void> {
  const card = await cardOf(app, 'ann', 'R-1');
  assert.match(card, new RegExp(`R-1 · ${count} of 4 agreed`));
  const [, names = ''] = /Agreed: +(.*)/.exec(card) ?? [];
  assert.equal(names.split(',').length, count);
}

describe('one person by two ways', { timeout: 60_000 }, () => {
  it('B31 has one vote over all stages, and is told when it was counted', async () => {
    await using app = await openTestApp({ config: TWO_AND_TWO });
    await app.say('ann', CREATE);

    const first = await vote(app, 'bob', 'console');
    await assertCount(app, 1);
    const second = await vote(app, 'bob', 'terminal');
    await assertCount(app, 1);

    assert.match(first, /Your vote on R-1 is counted/);
    assert.match(second, /Your vote was already counted at \d\d:\d\d/);
    await vote(app, 'eva', 'console');
    await vote(app, 'carl', 'terminal');
    await assertCount(app, 3);
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.match(await vote(app, 'dora', 'console'), /R-1 is approved/);
    assert.equal(await app.jobEnd(1), 'done');
    const ways = (await listFacts(app, 'vote_cast')).map(({ via }) => via);
    assert.deepEqual(ways, ['console', 'terminal', 'console', 'console']);
  });

  it('B31 H34 clicks and types at the same moment: one vote, and each gets an answer', async () => {
    await using app = await openTestApp({ config: TWO_AND_TWO });
    await app.say('ann', CREATE);

    const [clicked, typed] = await Promise.all([
      app.click('bob', 'Approve'),
      app.say('bob', 'approval approve R-1'),
    ]);

    const texts = [clicked, typed].map(textOf);
    assert.equal(texts.filter((text) => /is counted/.test(text)).length, 1);
    assert.equal(texts.filter((text) => /already counted/.test(text)).length, 1);
    await assertCount(app, 1);
  });
});

describe('a form', { timeout: 60_000 }, () => {
  const fill = (name: string, values: Record<string, string> = {}) => ({
    ...{ name, template: 'ubuntu-24', folder: '/test/web', start: 'true' },
    ...values,
  });

  async function openForm(app: TestApp): Promise<string> {
    const { card } = await app.say('ann', 'vm create');
    return card.actions.find(({ label }) => label === 'Send')?.id ?? '';
  }

  it('B13 opened four times and sent four times makes four jobs, one each', async () => {
    await using app = await openTestApp();
    const sends = [];
    for (let at = 0; at < 4; at += 1) sends.push(await openForm(app));

    for (const [at, send] of sends.entries()) await app.clickId('ann', send, fill(`web-1${at}`));
    const states = [];
    for (const number of [1, 2, 3, 4]) states.push(await app.jobEnd(number));

    assert.deepEqual(states, ['done', 'done', 'done', 'done']);
    assert.equal(deedsOf(app).filter((deed) => deed === 'clone').length, 4);
    for (const at of [0, 1, 2, 3])
      assert.equal(app.drover.house.index.byName('vm', `web-1${at}`).length, 1);
  });

  it('B13 open in two windows and sent in both is one request a sending, with its own values', async () => {
    await using app = await openTestApp();
    const send = await openForm(app);

    await Promise.all([
      app.clickId('ann', send, fill('web-11', { memory: '2GiB' })),
      app.clickId('ann', send, fill('web-12', { memory: '3GiB' })),
    ]);
    await app.jobEnd(1);
    await app.jobEnd(2);

    const sizes = ['web-11', 'web-12'].map(
      (name) => app.drover.house.index.byName('vm', name)[0]?.body.memoryBytes,
    );
    assert.deepEqual(sizes, [2 * 1024 ** 3, 3 * 1024 ** 3]);
    assert.equal(deedsOf(app).filter((deed) => deed === 'clone').length, 2);
  });

  it('B13 delivered twice under one id makes one job', async () => {
    await using app = await openTestApp();
    const actionId = await openForm(app);
    const body = { kind: 'action', actionId, inputs: fill('web-11') } as const;

    const taken = [];
    for (let at = 0; at < 3; at += 1)
      taken.push(await receive(app, 'ann', { body, dedupeKey: 'one click' }));
    await app.jobEnd(1);

    assert.deepEqual(taken, [true, false, false]);
    assert.equal(deedsOf(app).filter((deed) => deed === 'clone').length, 1);
  });

  it('B13 that is corrected is sent with what stands in it then, never with what stood there before', async () => {
    await using app = await openTestApp();
    const send = await openForm(app);

    const faulty = await app.clickId('ann', send, fill('web-11', { memory: '4,5GiB' }));
    const again = faulty.card.actions.find(({ label }) => label === 'Send')?.id ?? '';
    await app.clickId('ann', again, fill('web-12', { memory: '4GiB' }));
    await app.jobEnd(1);

    const memory = faulty.card.inputs?.find(({ name }) => name === 'memory');
    assert.equal(memory?.value, '4,5GiB');
    assert.match(memory?.fault ?? '', /more than one way/);
    const { index } = app.drover.house;
    assert.deepEqual(index.byName('vm', 'web-11'), []);
    assert.equal(index.byName('vm', 'web-12').length, 1);
  });
});
