/** H21: what Drover itself rests on leaves its host last, once somebody has agreed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { hurry } from './alterations.ts';
import { buttonsOf, cardOf, findVm } from './look.ts';
import { openOwnApp } from './own-vms.ts';

const hostOf = (app: TestApp, name: string) => {
  const { connectionId, body } = findVm(app, name);
  return app.drover.house.index.byHandle(connectionId, 'host', body.hostHandle ?? '')?.body.name;
};

/** Names of the VMs that were moved, in the order in which their platform took the orders. */
const movesOf = ({ drover }: TestApp) =>
  (drover.lab?.history() ?? []).flatMap((task) =>
    task.deed === 'move'
      ? (drover.house.index.byHandle(task.connectionId, 'vm', task.input.vm.handle)?.body.name ??
        '')
      : [],
  );

const jobCard = async (app: TestApp) => cardOf(app, 'carl', 'J-1').catch(() => '');

function untilBothAsked(app: TestApp): Promise<void> {
  return eventually(async () => {
    const labels = await buttonsOf(app, 'carl', 'J-1').catch((): string[] => []);
    return labels.includes('Move last: db-06') && labels.includes('Move last: db-02');
  });
}

/** Until the job of that evacuation asks about both. */
async function emptyEsx01(app: TestApp): Promise<void> {
  await app.say('carl', 'host maintenance enter esx-01');
  await app.click('bob', 'Approve');
  await untilBothAsked(app);
}

describe('moves of VMs that Drover itself needs', { timeout: 300_000 }, () => {
  it('H21 B48 an evacuation moves it last, once somebody has agreed', async () => {
    await using app = await openOwnApp();

    await app.say('carl', 'host maintenance enter esx-01 --reason "new memory"');
    const asked = await cardOf(app, 'bob', 'R-1');
    await app.click('bob', 'Approve');
    await eventually(() => movesOf(app).length === 9);
    await untilBothAsked(app);
    const question = await jobCard(app);
    await app.click('carl', 'Move last: db-06');
    await app.click('carl', 'Move last: db-02');

    assert.equal(await app.jobEnd(1), 'done');
    assert.match(
      asked,
      /2 only when somebody has agreed on the job’s card, since Drover itself needs them/,
    );
    assert.match(asked, /db-06: it is the vCenter of prod-vc\. It moves last/);
    assert.match(
      question,
      /needs db-06: it is the vCenter of prod-vc\. It moves when all others have/,
    );
    assert.deepEqual(movesOf(app).slice(-2).toSorted(), ['db-02', 'db-06']);
    assert.notEqual(hostOf(app, 'db-06'), 'esx-01');
  });

  it('H21 agreed to at once, it still waits for the others', async () => {
    await using app = await openOwnApp();
    app.drover.lab?.faults.finishLate('move', 4000, { vm: 'web-03' });
    await emptyEsx01(app);
    await app.click('carl', 'Leave: db-02');
    await app.click('carl', 'Move last: db-06');

    await app.jobEnd(1);

    const moves = app.drover.lab?.history().filter(({ deed }) => deed === 'move') ?? [];
    const last = moves.at(-1);
    assert.equal(movesOf(app).at(-1), 'db-06');
    assert.ok(moves.slice(0, -1).every(({ endedAt = 0 }) => endedAt <= (last?.acceptedAt ?? 0)));
    assert.equal(hostOf(app, 'db-02'), 'esx-01');
  });

  it('H21 left where it is, it runs on and the host is not empty', async () => {
    await using app = await openOwnApp();
    await emptyEsx01(app);
    await app.click('carl', 'Move last: db-02');
    await app.click('carl', 'Leave: db-06');

    assert.equal(await app.jobEnd(1), 'incomplete');
    assert.deepEqual([hostOf(app, 'db-06'), findVm(app, 'db-06').body.power], ['esx-01', 'on']);
    assert.ok(!movesOf(app).includes('db-06'));
  });

  it('H21 whoever may not empty the host has no answer to give', async () => {
    await using app = await openOwnApp();
    await emptyEsx01(app);

    const shown = await app.say('dora', 'job show J-1');

    const labels = shown.card.actions.map(({ label }) => label);
    assert.match(textOf(shown), /ask what becomes of db-06/);
    assert.ok(!labels.some((label) => /^(Move|Leave)/.test(label)), labels.join());
  });

  it('H21 a cancel ends the question with nothing done to it, also after it was agreed to', async () => {
    await using app = await openOwnApp();
    app.drover.lab?.faults.finishLate('move', 60_000, { vm: 'web-03' });
    await emptyEsx01(app);
    await app.click('carl', 'Move last: db-06');

    await app.say('carl', 'job cancel J-1');
    await app.jobEnd(1);

    assert.ok(!movesOf(app).includes('db-06') && !movesOf(app).includes('db-02'));
    assert.equal(hostOf(app, 'db-06'), 'esx-01');
  });

  it('H21 cut in its move: Drover started anew follows it, and orders it once', async () => {
    using folder = createTemporaryFolder('own');
    const { path: dataFolder } = folder;
    {
      await using app = await openOwnApp({ dataFolder, alter: hurry });
      app.drover.lab?.faults.finishLate('move', 1500, { vm: 'db-06' });
      await emptyEsx01(app);
      await app.click('carl', 'Leave: db-02');
      await app.click('carl', 'Move last: db-06');
      await eventually(() => movesOf(app).includes('db-06'));
    }
    await using app = await openOwnApp({ dataFolder, alter: hurry });

    await app.jobEnd(1);

    assert.equal(movesOf(app).filter((name) => name === 'db-06').length, 1);
    assert.notEqual(hostOf(app, 'db-06'), 'esx-01');
  });

  it('H21 it may be migrated, which the card says', async () => {
    await using app = await openOwnApp();

    await app.say('carl', 'vm migrate db-06');

    assert.match(
      await cardOf(app, 'bob', 'R-1'),
      /Drover itself needs db-06: it is the vCenter of prod-vc\. Should the move go wrong/,
    );
    await app.click('bob', 'Approve');
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('H21 a move that would halt it meanwhile is refused', async () => {
    await using app = await openOwnApp({ configured: ['dc-01'] });

    const answer = textOf(await app.say('carl', 'vm migrate dc-01 --quick'));

    assert.match(answer, /Drover itself needs dc-01/);
  });
});
