import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { createPeopleFirst } from '#bot/people-first.ts';

describe('people first', () => {
  // Only the test lets the limit pass.
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('gives background work its turn at once when nobody waits', async () => {
    await createPeopleFirst().takeTurn();
  });

  it('lets it wait until all who were there have been served, also who came meanwhile', async () => {
    const people = createPeopleFirst();
    const order: string[] = [];
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const serve = (name: string, ended: Promise<void>) =>
      people.serve(() => ended.then(() => void order.push(name)));
    const served = serve('first', first.promise).then(() => serve('second', second.promise));
    const turn = people.takeTurn().then(() => order.push('background'));

    first.resolve();
    setImmediate(second.resolve);
    await Promise.all([served, turn]);

    assert.deepEqual(order, ['first', 'second', 'background']);
  });

  it('does not let it wait for ever', async () => {
    const people = createPeopleFirst();
    const end = Promise.withResolvers<void>();
    const served = people.serve(() => end.promise);

    const turn = people.takeTurn();
    await letOthersRun();
    mock.timers.tick(25);
    await turn;

    end.resolve();
    await served;
  });

  it('goes on after work that failed', async () => {
    const people = createPeopleFirst();
    await assert.rejects(
      people.serve(() => Promise.reject(new Error('failed'))),
      /failed/,
    );

    await people.takeTurn();
  });
});
