/** Moves that fail in the lab, as ordered: what stays, where, and what is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copiesOf, createMoving } from './moving.ts';
import { newCall, openTestLab, readAll } from './open-lab.ts';

const { signal } = newCall();

describe('a move that fails', () => {
  it('leaves the VM where it was, whole', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, follow, where } = createMoving(test.vc);
    test.lab.faults.failTask('move', 'platform_refused');

    const failing = follow(await move('web-01', { host: 'esx-01', datastore: 'SAN-A' }));

    await assert.rejects(failing, { code: 'platform_refused', end: 'refused' });
    assert.deepEqual(await where('web-01'), ['esx-03', 'on']);
    assert.deepEqual((await copiesOf(test, 'web-01')).places, [['esx-03', 'on']]);
  });

  it('H15 B57 leaves a second, stopped one on its target; both lead to the same files', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, follow } = createMoving(test.vc);
    const { handle, body } = await test.find('vm', 'web-01');
    test.lab.faults.leaveCopy();

    await assert.rejects(follow(await move('web-01', { host: 'esx-01' })), { end: 'refused' });

    const { places, silent } = await copiesOf(test, 'web-01', handle);
    assert.deepEqual(places, [
      ['esx-03', 'on'],
      ['esx-01', 'off'],
    ]);
    assert.deepEqual(silent, ['esx-08']);
    const [source, copy] = (await readAll(test.vc)).filter((it) => it.body.name === 'web-01');
    assert.ok(source?.kind === 'vm' && copy?.kind === 'vm' && source.handle === handle);
    assert.deepEqual(source.body, body);
    assert.equal(copy.body.disks[0]?.file, body.disks[0]?.file);
    assert.equal(copy.body.disks[0]?.shared, true);
  });

  it('H15 B57 loses its source in the same moment: only the stopped one answers', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, follow } = createMoving(test.vc);
    const { handle } = await test.find('vm', 'web-01');
    test.lab.faults.leaveCopy({ sourceLost: true });

    await assert.rejects(follow(await move('web-01', { host: 'esx-01' })), { end: 'refused' });

    const { places, silent } = await copiesOf(test, 'web-01', handle);
    assert.deepEqual(places, [['esx-01', 'off']]);
    assert.deepEqual(silent, ['esx-03', 'esx-08']);
    test.lab.faults.changeByOthers('lab-vc', (it) => it.setHost('esx-03', { state: 'connected' }));
    assert.deepEqual((await copiesOf(test, 'web-01', handle)).places, [
      ['esx-03', 'on'],
      ['esx-01', 'off'],
    ]);
  });

  it('moves half of the files, or leaves out a part and says done', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, follow, where, ref } = createMoving(test.vc);
    const sanA = (await ref('datastore', 'SAN-A')).handle;
    test.lab.faults.halfEffect('move');
    test.lab.faults.succeedWithoutEffect('move', 'host', { vm: 'web-02' });
    test.lab.faults.succeedWithoutEffect('move', 'datastore', { vm: 'web-03' });

    await assert.rejects(follow(await move('db-01', { datastore: 'SAN-A' })), { end: 'refused' });
    const before = await where('web-02');
    await follow(await move('web-02', { host: 'esx-02', datastore: 'SAN-A' }));
    await follow(await move('web-03', { host: 'esx-02', datastore: 'SAN-A' }));

    const lies = async (name: string) =>
      (await test.find('vm', name)).body.disks.map((it) => it.datastoreHandle === sanA);
    assert.deepEqual(await lies('db-01'), [true, false]);
    assert.deepEqual([await where('web-02'), await lies('web-02')], [before, [true]]);
    assert.deepEqual([await where('web-03'), await lies('web-03')], [['esx-02', 'on'], [false]]);
  });

  it('asks a question in the middle, and goes on when it is answered', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, follow, where } = createMoving(test.vc);
    test.lab.faults.ask('move', 'Was it moved or copied?');

    const following = follow(await move('web-01', { host: 'esx-01' }));
    const asking = await test.find('vm', 'web-01');
    const still = await where('web-01');
    test.lab.faults.changeByOthers('lab-vc', (it) => it.answerQuestion('web-01'));
    await following;

    assert.equal(asking.body.question, 'Was it moved or copied?');
    assert.deepEqual(
      [still, await where('web-01')],
      [
        ['esx-03', 'on'],
        ['esx-01', 'on'],
      ],
    );
  });

  it('H16 asks no more once it is cancelled, and the VM can be moved again', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move, follow, where } = createMoving(test.vc);
    test.lab.faults.ask('move', 'Was it moved or copied?');
    const task = await move('web-01', { host: 'esx-01' });
    const asking = (await test.find('vm', 'web-01')).body.question;

    await test.vc.tasks.cancel(task, signal);

    await assert.rejects(follow(task), { code: 'cancelled_on_platform' });
    assert.equal(asking, 'Was it moved or copied?');
    assert.equal((await test.find('vm', 'web-01')).body.question, undefined);
    await follow(await move('web-01', { host: 'esx-01' }));
    assert.deepEqual(await where('web-01'), ['esx-01', 'on']);
  });

  it('H16 asks no more once its host has failed; what it was asked otherwise stays', async () => {
    await using test = openTestLab({ speed: 0 });
    const { move } = createMoving(test.vc);
    test.lab.faults.ask('move', 'Was it moved or copied?', { count: 2 });
    const other = { question: 'Is its disc to be taken out?' };
    await move('web-01', { host: 'esx-01' });
    await move('web-02', { host: 'esx-01' });

    test.lab.faults.changeByOthers('lab-vc', (it) => {
      it.editVm('web-02', other);
      it.failHost('esx-01');
    });

    assert.equal((await test.find('vm', 'web-01')).body.question, undefined);
    assert.equal((await test.find('vm', 'web-02')).body.question, other.question);
  });

  it('says failed after all, comes late, and cannot be found', async () => {
    await using test = openTestLab();
    const { move, follow, where } = createMoving(test.vc);
    const { faults } = test.lab;
    faults.failWithEffect('move');
    faults.finishLate('move', 60_000);
    faults.hideMove();

    const task = await move('web-01', { host: 'esx-01' });
    const hidden = await test.vc.migration.findMove(await test.ref('vm', 'web-01'), signal);
    test.clock.advance(69_999);
    const early = await where('web-01');
    test.clock.advance(1);

    await assert.rejects(follow(task), { end: 'refused' });
    assert.deepEqual(hidden, { found: 'cannot_tell' });
    assert.deepEqual(
      [early, await where('web-01')],
      [
        ['esx-03', 'on'],
        ['esx-01', 'on'],
      ],
    );
  });

  it('arrives long after its answer was lost, once', async () => {
    await using test = openTestLab();
    const { move, where } = createMoving(test.vc);
    const { faults } = test.lab;
    faults.dropAnswer('move', { when: 'after', arrivesAfterMs: 5000 });

    await assert.rejects(move('web-01', { host: 'esx-01' }), { end: 'unknown' });
    const vm = await test.ref('vm', 'web-01');
    const first = await test.vc.migration.findMove(vm, signal);
    test.clock.advance(5000);
    const second = await test.vc.migration.findMove(vm, signal);
    test.clock.advance(10_000);

    assert.deepEqual([first.found, second.found], ['nothing', 'running']);
    assert.deepEqual(await where('web-01'), ['esx-01', 'on']);
  });
});
