/** A retry of what somebody else has changed since: what is done stays done, and what others made of it stays theirs (H17). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm, listFacts, untilKnown } from './look.ts';
import { ask, endCard, faultsOf, names, openMoves, placesOf, say } from './moves-stage.ts';

const movesOf = (app: TestApp) => deedsOf(app).filter((deed) => deed === 'move').length;

/** Two of three have moved, and the platform refused the third. */
async function openIncomplete(wish: string): Promise<TestApp> {
  const app = await openMoves({ on: { 'esx-01': names(3), 'esx-02': [], 'esx-03': [] } });
  faultsOf(app).refuse('move', 'host_unavailable', { vm: 'app-02' });
  await ask(app, wish);
  await endCard(app);
  return app;
}

/** At the vendor's console. */
async function moveByHand(app: TestApp, name: string, host: string): Promise<void> {
  byOthers(app, (console) => console.moveVm(name, { host }));
  await untilKnown(app, (index) => {
    const { connectionId } = findVm(app, name);
    const handle = index.byName('host', host, connectionId)[0]?.handle;
    return findVm(app, name).body.hostHandle === handle;
  });
}

describe('a retry of moves', { timeout: 100_000 }, () => {
  for (const [where, host] of [
    ['back to where it was', 'esx-01'],
    ['to yet another host', 'esx-03'],
  ] as const)
    it(`H17 leaves a VM alone that somebody else has moved ${where} since, and names it`, async () => {
      await using app = await openIncomplete('vm migrate app-01 app-02 app-03 --host esx-02');
      await moveByHand(app, 'app-01', host);

      const plan = await say(app, 'carl', 'job retry J-1 --plan');
      const answer = await say(app, 'carl', 'job retry J-1');
      const card = await endCard(app);

      for (const said of [plan, answer]) {
        assert.match(said, /Done again:? move app-02 to esx-02/);
        assert.match(said, /changed since[^.]*: move app-01 to esx-02\./);
      }
      assert.match(card, /J-1 · done/);
      assert.equal(movesOf(app), 3);
      const places = (await placesOf(app)).map((place) => place.split(' ').slice(0, 3).join(' '));
      assert.deepEqual(places.filter((place) => place.startsWith('app-')).toSorted(), [
        `app-01 on ${host}`,
        'app-02 on esx-02',
        'app-03 on esx-02',
      ]);
      const [fact] = await listFacts(app, 'job_retried');
      assert.deepEqual((fact as { left?: unknown }).left, [`move-${findVm(app, 'app-01').id}`]);
    });

  it('H17 of which nothing else is left has nothing to do', async () => {
    await using app = await openIncomplete('vm migrate app-01 app-02 app-03 --host esx-02');
    await moveByHand(app, 'app-01', 'esx-01');
    await moveByHand(app, 'app-02', 'esx-02');

    const answer = await say(app, 'carl', 'job retry J-1');

    assert.match(answer, /not retried/);
    assert.equal(movesOf(app), 2);
  });

  it('H17 empties a host of what came back to it, and says so: that it is empty was agreed to', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(2), 'esx-02': [] } });
    faultsOf(app).endMove('target_dies', 60, { vm: 'app-01' });
    await ask(app, 'host maintenance enter esx-01');
    await endCard(app);
    byOthers(app, (console) => console.setHost('esx-02', { state: 'connected' }));
    await untilKnown(app, (index) =>
      index.byName('host', 'esx-02').every(({ body }) => body.state === 'connected'),
    );
    await moveByHand(app, 'app-02', 'esx-01');

    const answer = await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);

    assert.match(answer, /Done again: .*move app-02/);
    assert.match(card, /J-1 · done/);
  });
});
