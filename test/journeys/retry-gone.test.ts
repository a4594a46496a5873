/** A job that moved several VMs in part goes on, or says by name why not, when one of them is no more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, listFacts, readJob, untilKnown } from './look.ts';
import { ask, endCard, faultsOf, names, openMoves, placesOf, say } from './moves-stage.ts';

const RETRY = 'job retry J-1';

interface PartlyWish {
  /** Of app-01 to app-03, those whose move was refused. */
  readonly refused: readonly string[];
  readonly options?: string;
}

/** J-1 has moved the others, and is incomplete. */
async function openPartly({ refused, options = ' --host esx-02' }: PartlyWish): Promise<TestApp> {
  const app = await openMoves({ on: { 'esx-01': names(3), 'esx-02': [], 'esx-03': [] } });
  for (const vm of refused) faultsOf(app).refuse('move', 'host_unavailable', { vm });
  await ask(app, `vm migrate app-01 app-02 app-03${options}`);
  assert.match(await endCard(app), /J-1 · incomplete/);
  return app;
}

async function remove(app: TestApp, name: string): Promise<void> {
  byOthers(app, (console) => console.deleteVm(name));
  await untilKnown(app, (index) => index.byName('vm', name).length === 0);
}

describe('a retry of moves of which one VM is no more', { timeout: 100_000 }, () => {
  it('goes on with the rest when one was deleted that had moved', async () => {
    for (const options of [' --host esx-02', '']) {
      await using app = await openPartly({ refused: ['app-02'], options });
      await remove(app, 'app-01');

      const answer = await say(app, 'carl', RETRY);
      const card = await endCard(app);

      assert.match(answer, /J-1 goes on Done again: move app-02/, options);
      assert.match(card, /J-1 · done/, options);
      assert.equal(deedsOf(app).filter((deed) => deed === 'move').length, 3, options);
      const places = await placesOf(app);
      assert.deepEqual(
        places.map((place) => place.slice(0, 6)),
        ['app-02', 'app-03'],
      );
      assert.ok(!places.includes('app-02 on esx-01'), places.join());
    }
  });

  it('goes on with the rest when one was registered again that had moved', async () => {
    await using app = await openPartly({ refused: ['app-02'] });
    const [was] = app.drover.house.index.byName('vm', 'app-01');
    byOthers(app, (console) => console.registerAgain('app-01'));
    await untilKnown(
      app,
      (index) =>
        index.byName('vm', 'app-01').filter(({ handle }) => handle !== was?.handle).length === 1,
    );

    const answer = await say(app, 'carl', RETRY);

    assert.match(answer, /J-1 goes on Done again: move app-02/);
    assert.match(await endCard(app), /J-1 · done/);
    assert.equal(deedsOf(app).filter((deed) => deed === 'move').length, 3);
  });

  it('asks the platform of the rest, as at the first time', async () => {
    await using app = await openPartly({ refused: ['app-02'] });
    await remove(app, 'app-01');
    byOthers(app, (console) => console.orderMark('esx-02'));

    const answer = await say(app, 'carl', RETRY);

    assert.match(answer, /J-1 is not retried app-02 cannot go to esx-02/);
  });

  it('goes on with the rest when one was deleted that stood there before and was left out', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(1), 'esx-02': ['web-01'] } });
    faultsOf(app).refuse('move', 'host_unavailable', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 web-01 --host esx-02');
    await endCard(app);
    await remove(app, 'web-01');

    const answer = await say(app, 'carl', RETRY);

    assert.match(answer, /J-1 goes on Done again: move app-01/);
    assert.match(await endCard(app), /J-1 · done/);
  });

  it('asks the platform of the rest when the one that is gone was left out from the beginning', async () => {
    await using app = await openMoves({ on: { 'esx-01': names(1), 'esx-02': names(2, 'web') } });
    faultsOf(app).refuse('move', 'host_unavailable', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 web-01 --host esx-02');
    await endCard(app);
    await remove(app, 'web-01');
    byOthers(app, (console) => console.orderMark('esx-02'));

    const answer = await say(app, 'carl', RETRY);

    assert.match(answer, /J-1 is not retried app-01 cannot go to esx-02/);
  });

  it('is refused with the name of one that was still to move, and the line without it', async () => {
    await using app = await openPartly({ refused: ['app-02', 'app-03'] });
    await remove(app, 'app-02');
    const before = await readJob(app, 1);

    const answer = await say(app, 'carl', RETRY);

    assert.match(
      answer,
      /J-1 is not retried app-02 is no more, says its platform, .*\. Ask anew for the others: vm migrate app-03 --host esx-02 Nothing was done/,
    );
    assert.doesNotMatch(answer, /Once that is settled/);
    assert.deepEqual(await readJob(app, 1), before);
    assert.equal((await listFacts(app, 'refused')).length, 1);
  });

  it('is refused with all names where nothing else was still to move', async () => {
    await using app = await openPartly({ refused: ['app-01', 'app-03'] });
    await remove(app, 'app-01');
    await remove(app, 'app-03');

    const answer = await say(app, 'carl', RETRY);

    assert.match(
      answer,
      /app-01, app-03 are no more, says their platform, .*\. Nothing else of it is left, so nothing needs to be done\./,
    );
    assert.deepEqual((await listFacts(app, 'refused'))[0]?.code, 'gone');
  });
});
