/** What bot/audit-keeper.ts does, on a real store. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startAuditKeeper } from '#bot/audit-keeper.ts';
import type { AnchoredHead } from '#core/ports/anchor.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryAnchor, openAudit } from './open-audit.ts';

const HOUR_MS = 3_600_000;

async function openTrial(heads: AnchoredHead[] = []) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(createTemporaryFolder('keeper'));
  const audit = stack.use(await openAudit(`sqlite:${folder.path}/drover.db`));
  const anchor = createMemoryAnchor(heads);
  const clock = createManualClock();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const opened = stack.move();
  const start = (store = audit.store) => startAuditKeeper({ store, anchor, clock, onError });
  const findHead = () => audit.store.read((reads) => reads.audit.findHead());
  const countUnsealed = () =>
    audit.store.read(async (reads) => (await reads.audit.listUnsealed(100)).length);
  return {
    ...{ ...audit, anchor, clock, errors, start, findHead, countUnsealed },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

describe('the audit keeper', () => {
  it('H38 seals within a second and anchors the first head at once', async () => {
    await using trial = await openTrial();
    const keeper = await trial.start();
    await trial.clock.advance(0);
    assert.equal(trial.anchor.heads.length, 0);

    await trial.write(1, 2);
    await trial.clock.advance(500);

    assert.equal(await trial.countUnsealed(), 0);
    assert.equal((await trial.findHead())?.chainIndex, 2);
    assert.deepEqual(toPlaces(trial.anchor.heads), [2]);
    await keeper.close();
  });

  it('anchors each hour in which something happened', async () => {
    await using trial = await openTrial();
    const keeper = await trial.start();
    await trial.write(1);
    await trial.clock.advance(500);

    await trial.write(2);
    await trial.clock.advance(HOUR_MS - 1000);
    const before = trial.anchor.heads.length;
    await trial.clock.advance(1000);
    await trial.clock.advance(3 * HOUR_MS);
    await trial.write(3);
    await trial.clock.advance(500);

    assert.equal(before, 1);
    assert.deepEqual(toPlaces(trial.anchor.heads), [1, 2, 3]);
    await keeper.close();
    assert.deepEqual(trial.errors, []);
  });

  it('writes nothing while nothing is waiting', async () => {
    await using trial = await openTrial();
    let count = 0;
    const { store } = trial;
    const counting: typeof store = {
      ...store,
      transact: (work) => {
        count += 1;
        return store.transact(work);
      },
    };
    const keeper = await trial.start(counting);

    for (let look = 0; look < 20; look += 1) await trial.clock.advance(500);
    await keeper.close();

    assert.equal(count, 0);
    assert.deepEqual(trial.anchor.heads, []);
  });

  it('seals and anchors what is there at the end, and leaves nothing behind', async () => {
    await using trial = await openTrial();
    const keeper = await trial.start();
    await trial.clock.advance(0);
    await trial.write(1, 2, 3);

    await Promise.all([keeper.close(), keeper.close()]);

    assert.equal(await trial.countUnsealed(), 0);
    assert.deepEqual(toPlaces(trial.anchor.heads), [3]);
    assert.equal(trial.clock.waiting, 0);
  });

  it('anchors at the start when the last time was over an hour ago, and not sooner', async () => {
    await using trial = await openTrial();
    await trial.write(1);
    await (await trial.start()).close();
    await trial.write(2);

    const soon = await trial.start();
    await trial.clock.advance(500);
    const whenSoon = toPlaces(trial.anchor.heads);
    await soon.close();
    const [first] = trial.anchor.heads.splice(0, 2);
    assert.ok(first);
    trial.anchor.heads.push({ ...first, at: new Date(first.at.getTime() - HOUR_MS) });
    const late = await trial.start();
    await trial.clock.advance(0);

    assert.deepEqual(whenSoon, [1]);
    assert.deepEqual(toPlaces(trial.anchor.heads), [1, 2]);
    await late.close();
  });

  it('goes on after a fault, and asks less often while it lasts', async () => {
    await using trial = await openTrial();
    const full = new Error('full');
    let isFull = true;
    const { store } = trial;
    const failing: typeof store = {
      ...store,
      transact: (work) => (isFull ? Promise.reject(full) : store.transact(work)),
    };
    await trial.write(1);
    const keeper = await trial.start(failing);

    for (let second = 0; second < 120; second += 1) await trial.clock.advance(1000);
    const errors = trial.errors.length;
    isFull = false;
    await trial.clock.advance(30_000);

    assert.ok(errors > 5 && errors < 15, `${errors}`);
    assert.equal(await trial.countUnsealed(), 0);
    await keeper.close();
    assert.deepEqual(toPlaces(trial.anchor.heads), [1]);
  });
});

describe('H37 the audit keeper on another database than the anchor knows', () => {
  const at = new Date();
  const ahead = { at, chainIndex: 50, hash: 'a'.repeat(64) };

  it('says that the anchor is ahead, seals, and writes over no proof', async () => {
    await using trial = await openTrial([ahead]);
    await trial.write(1);

    const keeper = await trial.start();
    await trial.clock.advance(2 * HOUR_MS);
    await keeper.close();

    assert.deepEqual(keeper.atStart, { code: 'anchor_ahead', anchored: ahead, chainIndex: 0 });
    assert.equal(await trial.countUnsealed(), 0);
    assert.deepEqual(trial.anchor.heads, [ahead]);
  });

  it('says that it went another way', async () => {
    await using trial = await openTrial();
    await trial.write(1, 2);
    await (await trial.start()).close();
    const other = { at, chainIndex: 1, hash: 'a'.repeat(64) };
    trial.anchor.heads.splice(0, 1, other);

    const keeper = await trial.start();

    assert.deepEqual(keeper.atStart, { code: 'anchor_differs', anchored: other });
    await keeper.close();
  });

  it('anchors again once an operator accepted the database, and at the next start all agrees', async () => {
    await using trial = await openTrial([ahead]);
    await trial.write(1);
    const keeper = await trial.start();
    await trial.clock.advance(500);

    keeper.acceptDatabase();
    await trial.clock.advance(500);
    await trial.write(2);
    await keeper.close();
    const again = await trial.start();
    await again.close();

    assert.deepEqual(toPlaces(trial.anchor.heads), [50, 1, 2]);
    assert.deepEqual(
      trial.anchor.heads.map(({ isRestored }) => isRestored ?? false),
      [false, true, false],
    );
    assert.equal(again.atStart.code, 'agrees');
  });
});

function toPlaces(heads: readonly AnchoredHead[]): number[] {
  return heads.map(({ chainIndex }) => chainIndex);
}
