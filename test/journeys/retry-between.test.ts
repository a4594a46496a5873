/** A retry of what moves several VMs: what was done stays out of it, and what is said names things as they are now. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  holdStep,
  type MovesWish,
  names,
  openMoves,
  say,
} from './moves-stage.ts';

const HOSTS = {
  'esx-01': { memory: '128GiB', cpuUsedShare: 0.7 },
  'esx-02': { memory: '128GiB', cpuUsedShare: 0.1 },
  'esx-03': { memory: '128GiB', cpuUsedShare: 0.1 },
};
const UNEVEN: MovesWish = {
  on: { 'esx-01': names(10), 'esx-02': ['web-01'], 'esx-03': ['web-02'] },
  hosts: HOSTS,
};

describe('a retry of several', { timeout: 100_000 }, () => {
  it('of a balance goes on with the one that is left, under its name of now, and calls none left out', async () => {
    await using app = await openMoves(UNEVEN);
    faultsOf(app).refuse('move', 'not_enough_memory', { vm: 'app-01' });
    await ask(app, 'cluster balance C1 app-01 app-02 app-03');
    await endCard(app);
    byOthers(app, (console) => console.renameVm('app-01', 'new-01'));
    await untilKnown(app, (index) => index.byName('vm', 'new-01').length === 1);

    const answer = await say(app, 'carl', 'job retry J-1');
    const card = await endCard(app);

    assert.match(answer, /J-1 goes on Done again: move (app|new)-01 to esx-0[23]\./);
    assert.match(card, /J-1 · done .*✔ move new-01/);
    assert.doesNotMatch(card, /Left out at the start/);
    assert.equal(deedsOf(app).length, 3);
  });

  it('that is refused says what to type with its whole wish, and no ids', async () => {
    await using app = await openMoves(UNEVEN);
    faultsOf(app).refuse('move', 'not_enough_memory', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 app-02 --host esx-02');
    await endCard(app);
    const was = findVm(app, 'app-01').handle;
    byOthers(app, (console) => {
      console.renameVm('app-02', 'new-02');
      console.registerAgain('app-01');
    });
    await untilKnown(
      app,
      (index) => index.byName('vm', 'new-02').length === 1 && findVm(app, 'app-01').handle !== was,
    );

    const refused = await say(app, 'carl', 'job retry J-1');

    assert.match(refused, /not retried app-01: agreed/);
    assert.match(refused, /Ask anew: vm migrate app-01 new-02 --host esx-02/);
    assert.doesNotMatch(refused, /vm:/);
    assert.equal(deedsOf(app).length, 1);
  });

  it('and a stop of it is for who may do so in that cluster', async () => {
    const held = holdStep('move-vm', 'act');
    const config = (text: string) =>
      text.replace(
        'policies:',
        '  - name: stops-in-c1\n    members: [web-team]\n    scope: { clusters: [C1] }\n    allow: [job.cancel]\n\npolicies:',
      );
    await using app = await openMoves({ ...UNEVEN, alter: held.alter, config });
    await ask(app, 'cluster balance C1 app-01 app-02');
    await held.reached;

    const answer = await say(app, 'ann', 'job cancel J-1');
    held.release();
    await endCard(app);

    assert.match(answer, /^J-1 is being stopped/);
  });
});
