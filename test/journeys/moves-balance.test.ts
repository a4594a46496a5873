/** `cluster balance` as people have it: a proposal, all or some of it asked for, and a cluster that is more even afterwards. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  holdStep,
  type MovesWish,
  names,
  openMoves,
  placesOf,
  readCard,
  say,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

/** Ten on one host, one on the others. */
const UNEVEN: MovesWish = {
  on: { 'esx-01': names(10), 'esx-02': ['web-01'], 'esx-03': ['web-02'] },
  hosts: {
    'esx-01': { memory: '128GiB', cpuUsedShare: 0.7 },
    'esx-02': { memory: '128GiB', cpuUsedShare: 0.1 },
    'esx-03': { memory: '128GiB', cpuUsedShare: 0.1 },
  },
};
const limits = { timeout: 100_000 };

const idOf = (app: TestApp, name: string) => findVm(app, name).id;

describe('cluster balance', limits, () => {
  it('proposes moves with stars and imbalance before and after, and asks nobody', async () => {
    await using app = await openMoves(UNEVEN);

    const proposal = await say(app, 'carl', 'cluster balance C1');

    assert.match(proposal, /^C1: \d moves would bring it nearer to its goal/);
    assert.match(proposal, /Imbalance \d+ % → \d+ % \(CPU \d+ % → \d+ %, memory \d+ % → \d+ %\)/);
    assert.match(proposal, /VM From To Stars Usually app-\d\d esx-01 esx-0[23] ★\S* → ★★/);
    assert.match(
      proposal,
      /Nobody was asked and nothing was done\..*\[Ask for all \d moves\].*\[Choose moves…\]/,
    );
    const [, before = '', after = ''] = /Imbalance (\d+) % → (\d+) %/.exec(proposal) ?? [];
    assert.ok(Number(after) < Number(before));
    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
  });

  it('asks for all of them at a click, and moves exactly those once they were agreed to', async () => {
    await using app = await openMoves(UNEVEN);
    await say(app, 'carl', 'cluster balance C1 --reason "esx-01 is noisy"');

    await app.click('carl', /^Ask for all/);
    const asked = await readCard(app, 'R-1');
    await app.click('bob', 'Approve');
    const card = await endCard(app);

    const [, count = '0'] = /wants to balance C1 by (\d) moves/.exec(asked) ?? [];
    assert.match(asked, /Reason: esx-01 is noisy/);
    assert.match(asked, /Effect: \d VMs move while they run; nothing is stopped Takes: about/);
    assert.match(card, /^Balancing C1 by \d moves J-1 · done for Carl Wu · agreed by Bob Stein/);
    assert.match(card, /\[cluster balance C1\]/);
    assert.equal(deedsOf(app).length, Number(count));
    assert.equal((await vmsOn(app, 'esx-01')).length, 10 - Number(count));
    assert.equal((await placesOf(app)).length, 12);
    const again = await say(app, 'carl', 'cluster balance C1');
    assert.doesNotMatch(again, /app-\d\d esx-0[23] esx-01/, 'nothing comes back');
  });

  it('asks for those alone that were ticked, judged by themselves', async () => {
    await using app = await openMoves(UNEVEN);
    const proposal = await app.say('carl', 'cluster balance C1');
    const choose = proposal.card.actions.find(({ label }) => label === 'Choose moves…');
    const [first, second] = choose?.ask?.choices ?? [];

    await app.click('carl', 'Choose moves…', { moves: `${first?.value},${second?.value}` });
    const asked = await readCard(app, 'R-1');
    await app.click('bob', 'Approve');
    await endCard(app);

    assert.match(first?.title ?? '', /^app-\d\d: esx-01 → esx-0[23], ★\S* → ★/);
    assert.match(asked, /wants to balance C1 by 2 moves/);
    assert.equal(deedsOf(app).length, 2);
    const left = await vmsOn(app, 'esx-01');
    for (const { title = '' } of [first ?? {}, second ?? {}] as { title?: string }[])
      assert.ok(!left.includes(title.slice(0, 6)), title);
  });

  it('takes names in text, and all of it with --all or --plan', async () => {
    await using app = await openMoves(UNEVEN);

    const plan = await say(app, 'carl', 'cluster balance C1 --plan');
    const named = await say(app, 'carl', 'cluster balance C1 app-03 app-04');
    const all = await say(app, 'carl', 'cluster balance C1 --all');

    assert.match(plan, /Plan: balance C1 by \d moves.*\[Ask for it\]/);
    assert.match(named, /wants to balance C1 by 2 moves.*app-03 esx-01 esx-0[23]/);
    assert.match(all, /wants to balance C1 by \d moves/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('says beside the button of a plan that it asks for what is best then', async () => {
    await using app = await openMoves(UNEVEN);

    const all = await say(app, 'carl', 'cluster balance C1 --plan');
    const named = await say(app, 'carl', 'cluster balance C1 app-03 app-04 --plan');
    const other = await say(app, 'carl', 'vm migrate app-01 --plan');

    assert.match(
      all,
      /“Ask for it” takes the moves that are best when it is pressed, which may be others than shown here\. To ask for moves just as they are shown, take them from the proposal: cluster balance C1 Nothing was done\. Write --all in place of --plan to ask for it/,
    );
    assert.match(
      named,
      /“Ask for it” moves these VMs, each to the host that is best when it is pressed/,
    );
    assert.match(named, /Nothing was done\. Leave --plan out to ask for it/);
    assert.doesNotMatch(other, /when it is pressed/);
  });

  it('B01 asks for all of a shown plan, with its reason, where only names could follow', async () => {
    await using app = await openMoves(UNEVEN);

    await app.say('carl', 'cluster balance —plan --all=no --reason "--plan or --all" -- C1');
    await app.click('carl', 'Ask for it');

    assert.match(await readCard(app, 'R-1'), /wants to balance C1 by \d moves.*--plan or --all/);
  });

  it('is rehearsed like every other change', async () => {
    await using app = await openMoves(UNEVEN);

    const rehearsed = await say(app, 'carl', 'cluster balance C1 --rehearse --plan');

    assert.match(rehearsed, /Takes: .* on a twin of the estate/);
  });

  it('moves the others though one move fails, and ends incomplete with what was done', async () => {
    await using app = await openMoves(UNEVEN);
    faultsOf(app).refuse('move', 'not_enough_memory', { vm: 'app-01' });

    await ask(app, 'cluster balance C1 app-01 app-02 app-03');
    const card = await endCard(app);

    assert.match(card, /J-1 · incomplete .*✖ move app-01.*What was done before is not undone/);
    const left = await vmsOn(app, 'esx-01');
    assert.deepEqual(
      ['app-01', 'app-02', 'app-03'].map((name) => left.includes(name)),
      [true, false, false],
    );
  });
});

describe('cluster balance, refused', limits, () => {
  it('says why, and nobody is asked', async () => {
    await using app = await openMoves({
      ...UNEVEN,
      vms: {
        'app-01': { power: 'off', guestTools: 'not_running' },
        'app-02': { power: 'paused' },
        'app-03': { ties: [{ what: 'passthrough', label: 'GPU 0' }] },
      },
    });

    const answers = [
      await say(app, 'ann', 'cluster balance C1'),
      await say(app, 'carl', 'cluster balance C9'),
      await say(app, 'carl', 'cluster balance C1 app-01 app-02 app-03 web-01'),
      await say(app, 'carl', 'cluster balance C1 app-99'),
    ];

    assert.match(answers[0] ?? '', /Not allowed: cluster balance/);
    assert.match(answers[1] ?? '', /There is no cluster called C9/);
    assert.match(answers[2] ?? '', /app-01 does not run/);
    assert.match(answers[2] ?? '', /app-02 does not run/);
    assert.match(answers[2] ?? '', /app-03 cannot move: a device of its host/);
    assert.match(answers[2] ?? '', /web-01 is not among what is worth moving/);
    assert.match(answers[3] ?? '', /There is no VM called app-99/);
    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
  });

  it('proposes nothing for a cluster that is balanced, and says so', async () => {
    await using app = await openMoves({
      on: { 'esx-01': names(3), 'esx-02': names(3, 'web'), 'esx-03': names(3, 'db') },
    });

    const answer = await say(app, 'carl', 'cluster balance C1');

    assert.match(
      answer,
      /C1 is balanced as well as a few moves can: its hosts differ by 0 % of the mean/,
    );
  });

  it('does not compete with a platform that balances by itself', async () => {
    await using app = await openMoves({ ...UNEVEN, automation: 'full' });

    const answer = await say(app, 'carl', 'cluster balance C1');

    assert.match(
      answer,
      /platform of C1 balances it by itself \(DRS is fully automated\), and Drover does not compete/,
    );
  });

  it('counts no host that is in maintenance or does not answer, and names it', async () => {
    await using app = await openMoves({
      ...UNEVEN,
      hosts: {
        ...UNEVEN.hosts,
        'esx-02': { memory: '128GiB', cpuUsedShare: 0.1, inMaintenance: true },
      },
    });

    const answer = await say(app, 'carl', 'cluster balance C1');

    assert.match(
      answer,
      /Left out, since it is in maintenance, not connected or not known well enough: esx-02/,
    );
    assert.doesNotMatch(answer, /esx-01 esx-02/);
  });

  it('refuses a forged tick, another’s proposal, and none at all', async () => {
    await using app = await openMoves(UNEVEN);
    const { card } = await app.say('carl', 'cluster balance C1');
    const offered = card.actions.find(({ label }) => label === 'Choose moves…')?.ask?.choices ?? [];

    const forged = await app.click('carl', 'Choose moves…', {
      moves: `${offered[0]?.value},${idOf(app, 'web-01')}`,
    });
    const none = await app.click('carl', 'Choose moves…', { moves: '' });
    const unsaid = await app.click('carl', 'Choose moves…', {});

    assert.match(forged.card.summary, /That button does not belong to you or no longer exists/);
    assert.match(none.card.summary, /Nothing was ticked/);
    assert.match(unsaid.card.summary, /Nothing was ticked/, 'no word of ticks is no word for all');
    assert.equal((await app.audit('action_refused')).length, 1);
    assert.deepEqual(await app.audit('request_opened'), []);
  });
});

describe('cluster balance, when the estate or Drover is not as it was', limits, () => {
  it('leaves out at the start what is no longer possible, says so, and moves the rest', async () => {
    await using app = await openMoves(UNEVEN);
    await say(app, 'carl', 'cluster balance C1 app-01 app-02');
    byOthers(app, (console) => console.setPower('app-01', 'off'));
    await untilKnown(app, () => findVm(app, 'app-01').body.power === 'off');

    await app.say('bob', 'approval approve R-1');
    const card = await endCard(app);

    assert.match(
      card,
      /J-1 · done .*Left out at the start, no longer possible or not worth it: app-01\. .*✔ move app-02/,
    );
    assert.match(card, /app-01 does not run/);
    assert.equal(deedsOf(app).length, 1);
    assert.ok((await vmsOn(app, 'esx-01')).includes('app-01'));
  });

  it('H17 does not begin a second time while a job balances that cluster', async () => {
    const held = holdStep('move-vm', 'act');
    await using app = await openMoves({ ...UNEVEN, alter: held.alter });
    await ask(app, 'cluster balance C1 app-01 app-02');
    await held.reached;

    const again = await say(app, 'carl', 'cluster balance C1');
    held.release();
    await endCard(app);

    assert.match(again, /J-1 is changing C1; wait for it/);
  });

  it('H13 goes on with its moves after Drover was ended and started anew, and makes none twice', async () => {
    using folder = createTemporaryFolder('balance');
    {
      await using app = await openMoves({ ...UNEVEN, folder: folder.path });
      faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
      await ask(app, 'cluster balance C1 app-01 app-02');
      await untilCard(app, /▸ move app-01/);
    }
    await using app = await openMoves({ ...UNEVEN, folder: folder.path });
    byOthers(app, (console) => console.answerQuestion('app-01'));

    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    const left = await vmsOn(app, 'esx-01');
    assert.ok(!left.includes('app-01') && !left.includes('app-02'));
    assert.equal(deedsOf(app).length, 2);
  });
});
