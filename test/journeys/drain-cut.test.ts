/** A platform that empties a host, when the answer, the platform's word, Drover or somebody else comes between. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { alterBy } from './alterations.ts';
import { type DrainWish, openDrain } from './drain-stage.ts';
import { byOthers, deedsOf } from './look.ts';
import {
  alterKind,
  ask,
  endCard,
  faultsOf,
  holdStep,
  markOf,
  names,
  readCard,
  say,
  stepsOf,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const ENTER = 'host maintenance enter esx-01';
const BACK = 'host maintenance exit esx-01 --move-back';
const KINDS = ['vcenter', 'hyperv'] as const;
const toKind = (kind: (typeof KINDS)[number]) => (kind === 'hyperv' ? { kind } : {});
const marksOf = (app: Parameters<typeof deedsOf>[0]) =>
  deedsOf(app).filter((deed) => deed === 'markHost').length;

/** It drains esx-01, and the move of `app-03`, which somebody ordered just before, waits for an answer. */
async function openSlow({ alter, ...wish }: DrainWish) {
  const held = holdStep('drain-host', 'look');
  const app = await openDrain({ ...wish, alter: alter ? alterBy(alter, held.alter) : held.alter });
  await ask(app, ENTER);
  await held.reached;
  byOthers(app, (console) => console.orderMove('app-03', 'esx-02', 'Go on?'));
  held.release();
  return app;
}

for (const kind of KINDS)
  describe(`a drain of a ${kind} that is cut in the middle`, { timeout: 180_000 }, () => {
    it('H13 is followed when its answer is lost, and not ordered twice', async () => {
      await using app = await openDrain(toKind(kind));
      faultsOf(app).dropAnswer('markHost', { when: 'after' });

      await ask(app, ENTER);
      const card = await endCard(app);

      assert.match(card, /J-1 · done/);
      assert.equal(marksOf(app), 1);
      assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
    });

    it('says while it lasts how many have left, and is followed by the Drover that comes after', async () => {
      using folder = createTemporaryFolder('drain');
      {
        await using app = await openSlow({ ...toKind(kind), folder: folder.path });
        const card = await untilCard(app, /4 of 5 VMs have left/);
        assert.match(card, /J-1 · 4 of 5 VMs have left .*▸ let its platform empty esx-01: 4 of 5/);
      }
      await using app = await openDrain({ ...toKind(kind), folder: folder.path });
      await untilCard(app, /4 of 5 VMs have left/);
      byOthers(app, (console) => console.answerQuestion('app-03'));
      const card = await endCard(app);

      assert.match(card, /J-1 · done/);
      assert.equal(marksOf(app), 1);
      assert.deepEqual(await vmsOn(app, 'esx-01'), []);
    });

    it('H13 is found by a Drover that was killed after the order and before it was written', async () => {
      using folder = createTemporaryFolder('drain');
      {
        const ordered = Promise.withResolvers<void>();
        const alter = alterKind('drain-host', (own) => ({
          ...own,
          async act(input, call) {
            await own.act(input, call);
            ordered.resolve();
            // Nothing is written any more until its process ends.
            return new Promise((_, reject) => {
              call.signal.addEventListener('abort', () => reject(call.signal.reason));
            });
          },
        }));
        await using _ = await openSlow({ ...toKind(kind), folder: folder.path, alter });
        await ordered.promise;
      }
      const soon = alterKind('drain-host', (own) => ({ ...own, settleMs: 200 }));
      await using app = await openDrain({ ...toKind(kind), folder: folder.path, alter: soon });
      await untilCard(app, /4 of 5 VMs have left/);
      byOthers(app, (console) => console.answerQuestion('app-03'));
      const card = await endCard(app);

      assert.match(card, /J-1 · done/);
      assert.equal(marksOf(app), 1);
      assert.deepEqual(await vmsOn(app, 'esx-01'), []);
    });

    it('H18 is called off by a cancel: the host takes VMs again, and that is said', async () => {
      await using app = await openSlow(toKind(kind));
      await untilCard(app, /4 of 5 VMs have left/);

      await say(app, 'carl', 'job cancel J-1');
      const card = await endCard(app);

      assert.match(card, /J-1 · cancelled .*esx-01 takes VMs again; what was moved away stays/);
      assert.equal(await markOf(app, 'esx-01'), 'none');
      assert.deepEqual(await vmsOn(app, 'esx-01'), ['app-03']);
    });

    it('is over where somebody takes the mark away, and Drover orders nothing more', async () => {
      await using app = await openSlow(toKind(kind));
      await untilCard(app, /4 of 5 VMs have left/);

      byOthers(app, (console) => console.setHost('esx-01', { inMaintenance: false }));
      const card = await endCard(app);

      assert.match(card, /✖ let its platform empty esx-01: The task was cancelled on the platform/);
      assert.match(
        card,
        /J-1 · incomplete .*still running on it: app-03\. Its platform shows no mark/,
      );
      assert.equal(marksOf(app), 1);
      assert.deepEqual(await vmsOn(app, 'esx-01'), ['app-03']);
    });

    it('is refused with the platform’s words, and no VM is moved by anybody', async () => {
      await using app = await openDrain(toKind(kind));
      faultsOf(app).refuse('markHost', 'not_permitted_on_platform', {});

      await ask(app, ENTER);
      const card = await endCard(app);

      assert.match(card, /✖ let its platform empty esx-01: Drover's account lacks a right/);
      assert.match(card, /J-1 · incomplete/);
      assert.deepEqual(await vmsOn(app, 'esx-01'), names(5));
      assert.deepEqual(deedsOf(app), []);
    });
  });

describe('a drain that its platform never ends', { timeout: 180_000 }, () => {
  it('H13 is given up on by the Drover after one that was killed when it had just done so', async () => {
    using folder = createTemporaryFolder('drain');
    const wish: DrainWish = {
      folder: folder.path,
      vms: { 'app-03': { ties: [{ what: 'passthrough', label: 'PCI device 0' }] } },
    };
    {
      const given = Promise.withResolvers<void>();
      const alter = alterKind('drain-host', (own) => ({
        ...own,
        async follow(task, input, call) {
          await own.follow?.(task, input, call);
          given.resolve();
          // Nothing of it is written any more until its process ends.
          return new Promise((_, reject) => {
            call.signal.addEventListener('abort', () => reject(call.signal.reason));
          });
        },
      }));
      await using app = await openDrain({ ...wish, alter });
      await ask(app, ENTER);
      await given.promise;
    }
    await using app = await openDrain(wish);
    const card = await untilCard(app, /\[Leave: app-03\]/);

    assert.match(card, /! let its platform empty esx-01: Its platform has not moved app-03/);
    assert.equal(marksOf(app), 1);
  });
});

describe('a way back that is cut in the middle', { timeout: 180_000 }, () => {
  async function openEmptied(wish: Parameters<typeof openDrain>[0] = {}) {
    const app = await openDrain({ kind: 'hyperv', ...wish });
    await ask(app, ENTER);
    await endCard(app);
    return app;
  }

  it('H13 is followed when its answer is lost, and not ordered twice', async () => {
    await using app = await openEmptied();
    faultsOf(app).dropAnswer('unmarkHost', { when: 'after' });

    await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · done/);
    assert.equal(deedsOf(app).filter((deed) => deed === 'unmarkHost').length, 1);
    assert.deepEqual(await vmsOn(app, 'esx-01'), names(5));
  });

  it('is followed by the Drover that comes after, which says who did not come', async () => {
    using folder = createTemporaryFolder('drain');
    {
      await using app = await openEmptied({ folder: folder.path });
      byOthers(app, (console) => console.orderMove('app-03', 'esx-02', 'Go on?'));
      await ask(app, BACK, 2);
      await eventually(async () => (await vmsOn(app, 'esx-01')).length === 4);
    }
    await using app = await openDrain({ kind: 'hyperv', folder: folder.path });
    byOthers(app, (console) => console.answerQuestion('app-03'));
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · done, with a warning .*has not moved back app-03\./);
    assert.equal(deedsOf(app).filter((deed) => deed === 'unmarkHost').length, 1);
    assert.equal((await vmsOn(app, 'esx-01')).length, 4);
  });

  it('is refused with the platform’s words, and the host keeps its mark', async () => {
    await using app = await openEmptied();
    faultsOf(app).refuse('unmarkHost', 'not_permitted_on_platform', {});

    await ask(app, BACK, 2);
    const card = await endCard(app, 2);

    assert.match(card, /J-2 · failed .*Drover's account lacks a right/);
    assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
    const [step] = await stepsOf(app, 2);
    assert.equal(step?.state, 'failed');
    assert.match(await readCard(app, 'J-2'), /host maintenance exit|let VMs come/);
  });
});
