/** What was noticed when Drover is cut off in the middle: it is told, and told once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalTx } from '#approvals/request-store.ts';
import type { NoticedTable } from '#core/ports/noticed.ts';
import { eventually } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import type { Alter } from './alterations.ts';
import { byOthers, readAnew, untilFailing } from './look.ts';
import { openMoves } from './moves-stage.ts';
import { HIGHLY_AVAILABLE, noticedLines, ON, untilNoticed } from './noticed-stage.ts';

const ALL = /8 VMs that stood on it run on other hosts now/;

/** The first transaction that notices something ends before its commit. */
const cutBeforeCommit: Alter = (parts) => {
  let isCut = false;
  const watch = (tx: ApprovalTx, onInsert: () => void): ApprovalTx => {
    const insert: NoticedTable['insert'] = (noticed) => {
      onInsert();
      return tx.noticed.insert(noticed);
    };
    return Object.create(tx, { noticed: { value: { ...tx.noticed, insert } } }) as ApprovalTx;
  };
  const { store } = parts;
  return {
    ...parts,
    store: {
      read: store.read,
      close: store.close,
      transact: (work) =>
        store.transact(async (tx) => {
          let notices = false;
          const result = await work(
            watch(tx, () => {
              notices = true;
            }),
          );
          if (notices && !isCut) {
            isCut = true;
            throw new Error('cut off before the commit');
          }
          return result;
        }),
    },
  };
};

/** No card goes out; what is due stays due. */
const sayNothing: Alter = (parts) => ({
  ...parts,
  queue: {
    enqueue: parts.queue.enqueue,
    stop: () => parts.queue.stop(),
    consume: async (topic, concurrency, deliver) => {
      if (topic !== 'delivery') await parts.queue.consume(topic, concurrency, deliver);
    },
  },
});

describe('what is noticed', { timeout: 100_000 }, () => {
  it('is noticed anew when its transaction did not commit, and told once', async () => {
    await using app = await openMoves({
      ...{ on: ON, vms: HIGHLY_AVAILABLE, alter: cutBeforeCommit },
    });

    byOthers(app, (console) => console.failHost('esx-01'));
    const down = await untilNoticed(app, /does not respond/);

    assert.match(down, /Host esx-01/);
    assert.equal((await noticedLines(app)).length, 1);
    assert.equal((await app.audit('noticed')).length, 1);
  });

  it('is told after a restart that came before its card went out, and not again by the next', async () => {
    using folder = createTemporaryFolder('noticed');
    const wish = { on: ON, vms: HIGHLY_AVAILABLE, folder: folder.path };
    {
      await using app = await openMoves({ ...wish, alter: sayNothing });
      byOthers(app, (console) => console.failHost('esx-01'));
      await eventually(async () => (await app.audit('noticed')).length === 1);
      assert.deepEqual(await noticedLines(app), []);
    }
    const told: string[][] = [];
    for (const _start of ['the second', 'the third']) {
      await using app = await openMoves(wish);
      await untilNoticed(app, ALL);
      await readAnew(app, 'lab-vc');
      told.push(await noticedLines(app));
      assert.equal((await app.audit('noticed')).length, 1);
    }

    assert.deepEqual(
      told.map(({ length }) => length),
      [1, 1],
    );
  });

  it('happened while Drover was away: its first reading tells it', async () => {
    using folder = createTemporaryFolder('noticed');
    const wish = { on: ON, vms: HIGHLY_AVAILABLE, folder: folder.path };
    {
      await using app = await openMoves(wish);
      app.drover.lab?.faults.disconnect('lab-vc');
      await untilFailing(app, 'lab-vc');
      byOthers(app, (console) => console.failHost('esx-01'));
    }
    await using app = await openMoves(wish);

    const down = await untilNoticed(app, ALL);

    assert.match(down, /8 VMs ran on it when last seen/);
    assert.equal((await noticedLines(app)).length, 1);
  });
});
