/** Transactions, readings, marks, numbers and locks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalTx } from '#approvals/request-store.ts';
import { OperationError } from '#core/errors.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { OpenContractStore } from './store-contract.ts';
import { newInboxRow, newJob, newReservation, newStep } from './store-samples.ts';
import { on } from './store-trial.ts';

/** Enough for some to wait still when the transaction is undone. */
const AFTER = Array.from({ length: 20 }, (_, index) => `after ${index}`);

const AFTER_A_FAILURE: Readonly<Record<string, (tx: ApprovalTx) => Promise<unknown>>> = {
  'the last one': async () => undefined,
  'before others': async (tx) => {
    await tx.setMark('b', '1');
    return tx.jobs.list({ limit: 5 });
  },
};

export function describeUnitOfWork(open: OpenContractStore): void {
  describe('unit of work', () => {
    it(
      'writes everything or nothing',
      on(open, async (store) => {
        const failure = new Error('no');
        const row = newInboxRow();

        const failing = store.transact(async (tx) => {
          await tx.inbox.insert(row);
          await tx.setMark('a', '1');
          await tx.nextNumber('job');
          throw failure;
        });
        await assert.rejects(failing, failure);

        await store.read(async (reads) => {
          assert.equal(await reads.inbox.find(row.id), undefined);
          assert.equal(await reads.findMark('a'), undefined);
        });
        assert.equal(await store.transact((tx) => tx.nextNumber('job')), 1);
      }),
    );

    it(
      'goes on after a statement that failed',
      on(open, async (store) => {
        const failing = store.transact(async (tx) => {
          await tx.plans.insert({ id: 'p', hash: 'h', plan: {} as never });
          await tx.plans.insert({ id: 'p', hash: 'h', plan: {} as never });
        });
        await assert.rejects(failing);

        await store.transact((tx) => tx.setMark('a', '1'));

        assert.equal(await store.read((reads) => reads.findMark('a')), '1');
        assert.equal(await store.read((reads) => reads.plans.find('p')), undefined);
      }),
    );

    for (const [where, goOn] of Object.entries(AFTER_A_FAILURE)) {
      it(
        `undoes everything when a statement fails that nobody waited for, ${where}`,
        on(open, async (store) => {
          const job = newJob({ number: 1 });
          const calls: string[] = [];

          const failing = store.transact(async (tx) => {
            tx.afterCommit(() => calls.push('committed'));
            await tx.setMark('a', '1');
            await tx.jobs.insert(job);
            await tx.jobs.insert({ ...newJob({ number: 2 }), id: job.id });
            await goOn(tx);
          });
          await assert.rejects(failing, /unique/i);

          assert.deepEqual(calls, []);
          assert.equal(await store.read((reads) => reads.findMark('a')), undefined);
          assert.equal(await store.read((reads) => reads.jobs.find(job.id)), undefined);
        }),
      );
    }

    it(
      'leaves nothing of what was asked for at once when one of it fails',
      on(open, async (store) => {
        const plan = { id: 'p', hash: 'h', plan: {} as never };
        await store.transact((tx) => tx.plans.insert(plan));
        const fail = (mark: string) =>
          store.transact((tx) =>
            Promise.all([
              tx.setMark(`${mark} before`, '1'),
              tx.plans.insert(plan),
              ...AFTER.map((name) => tx.setMark(`${mark} ${name}`, '1')),
              tx.nextNumber('job'),
            ]),
          );

        // Two of them and one that holds, so that they share a commit where they can.
        const results = await Promise.allSettled([
          fail('a'),
          fail('b'),
          store.transact((tx) => tx.setMark('c', '1')),
        ]);

        assert.deepEqual(
          results.map(({ status }) => status),
          ['rejected', 'rejected', 'fulfilled'],
        );
        const names = ['before', ...AFTER].flatMap((name) => [`a ${name}`, `b ${name}`]);
        const found = await store.read((reads) => Promise.all(names.map(reads.findMark)));
        assert.deepEqual(new Set(found), new Set([undefined]));
        assert.equal(await store.read((reads) => reads.findMark('c')), '1');
        assert.equal(await store.transact((tx) => tx.nextNumber('job')), 1);
      }),
    );

    it(
      'does what is asked for at once in that order',
      on(open, async (store) => {
        const job = newJob({ number: 1 });
        const step = newStep(job.id);

        const [locked, isChanged, steps] = await store.transact(async (tx) => {
          await tx.jobs.insert(job);
          await tx.jobs.insertSteps([step]);
          return Promise.all([
            tx.jobs.lock(job.id),
            tx.jobs.changeUnclaimed(step.id, 'blocked', { state: 'ready' }),
            tx.jobs.listSteps({ jobId: job.id }),
          ]);
        });

        assert.equal(locked?.id, job.id);
        assert.equal(isChanged, true);
        assert.deepEqual(
          steps.map(({ state }) => state),
          ['ready'],
        );
      }),
    );

    it(
      'calls back after the commit alone',
      on(open, async (store) => {
        const calls: string[] = [];

        await store.transact(async (tx) => {
          tx.afterCommit(() => {
            refuseInsideTransaction('callback');
            calls.push('committed');
          });
          assert.deepEqual(calls, []);
        });
        const failing = store.transact(async (tx) => {
          tx.afterCommit(() => calls.push('rolled back'));
          throw new Error('no');
        });
        await assert.rejects(failing);

        assert.deepEqual(calls, ['committed']);
      }),
    );

    it(
      'refuses a transaction or a reading inside another, and knows when it is over',
      on(open, async (store) => {
        const isRefusal = (error: unknown) =>
          error instanceof OperationError && error.code === 'called_inside_transaction';

        await store.transact(async () => {
          await assert.rejects(
            store.transact(async () => {}),
            isRefusal,
          );
          await assert.rejects(
            store.read(async () => {}),
            isRefusal,
          );
          assert.throws(() => refuseInsideTransaction('platform'), isRefusal);
        });

        refuseInsideTransaction('platform');
        await store.transact(async () => {});
      }),
    );

    it(
      'tells the time of the database, which does not run back',
      on(open, async (store) => {
        const before = Date.now();

        const first = await store.transact(async (tx) => tx.now);
        const second = await store.read(async (reads) => reads.now);

        assert.ok(first.getTime() >= before - 1 && first.getTime() <= Date.now() + 1);
        assert.ok(second >= first);
      }),
    );

    it(
      'keeps a reading out of a transaction under way',
      on(open, async (store) => {
        await store.transact((tx) => tx.setMark('a', 'old'));
        const { promise: written, resolve } = Promise.withResolvers<void>();
        const writing = store.transact(async (tx) => {
          await tx.setMark('a', 'new');
          resolve();
          await tx.findMark('a');
          throw new Error('no');
        });
        await written;

        const reading = store.read((reads) => reads.findMark('a'));

        await assert.rejects(writing);
        assert.equal(await reading, 'old');
      }),
    );

    it(
      'gives wake-ups to the queue with the transaction they belong to',
      on(open, async (store, { enqueued }) => {
        await store.transact(async (tx) => {
          await tx.enqueue([]);
          await tx.enqueue([{ topic: 'job', key: 'j1', delayMs: 5 }]);
        });

        assert.deepEqual(enqueued, [{ topic: 'job', key: 'j1', delayMs: 5 }]);
      }),
    );

    describeNumbers(open);
  });
}

function describeNumbers(open: OpenContractStore): void {
  it(
    'counts each series from 1 without doubles, also in parallel',
    on(open, async (store) => {
      const takes = Array.from({ length: 12 }, () =>
        store.transact((tx) => tx.nextNumber('request')),
      );

      const numbers = await Promise.all(takes);

      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        Array.from({ length: 12 }, (_, index) => index + 1),
      );
      assert.equal(await store.transact((tx) => tx.nextNumber('job')), 1);
    }),
  );

  it(
    'lets one at a time count a quota',
    on(open, async (store) => {
      const most = 3;
      const takeOne = (index: number) =>
        store.transact(async (tx) => {
          await tx.lock('quota');
          const taken = await tx.reservations.list();
          if (taken.length >= most) return false;
          await tx.reservations.put(newReservation(`request-${index}`));
          return true;
        });

      const results = await Promise.all(Array.from({ length: 8 }, (_, index) => takeOne(index)));

      assert.equal(results.filter(Boolean).length, most);
      assert.equal((await store.read((reads) => reads.reservations.list())).length, most);
    }),
  );

  it(
    'replaces and deletes a reservation',
    on(open, async (store) => {
      await store.transact(async (tx) => {
        await tx.reservations.put({ ...newReservation('r1'), cpus: 1 });
        await tx.reservations.put(newReservation('r1'));
        await tx.reservations.put(newReservation('r2'));
        await tx.reservations.delete('r2');
      });

      const reservations = await store.read((reads) => reads.reservations.list());

      assert.deepEqual(reservations, [newReservation('r1')]);
    }),
  );

  it(
    'keeps marks, the last word of each',
    on(open, async (store) => {
      await store.transact(async (tx) => {
        await tx.setMark('a', '1');
        await tx.setMark('a', '2');
        assert.equal(await tx.findMark('a'), '2');
      });

      assert.equal(await store.read((reads) => reads.findMark('a')), '2');
    }),
  );
}
