/** What was noticed and told to operators. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { Noticed } from '#core/ports/noticed.ts';
import type { OpenContractStore } from './store-contract.ts';
import { HARD_TEXTS } from './store-samples.ts';
import { on } from './store-trial.ts';

type New = Pick<Noticed, 'id' | 'code' | 'objectId' | 'connectionId' | 'facts'>;

const toNew = (id: string, own: Partial<New> = {}): New => ({
  ...{ id, code: 'host_down', objectId: 'esx-01', connectionId: 'vc', facts: { name: id } },
  ...own,
});

export function describeNoticed(open: OpenContractStore): void {
  describe('what was noticed', () => {
    it(
      'begins once, now, and is not over',
      on(open, async (store) => {
        const facts = { ...HARD_TEXTS, hosts: [{ hostName: 'hv-01', reasons: [] }], ran: 8 };
        const now = await insert(store, toNew('a', { facts }));

        const found = await store.read((reads) => reads.noticed.find('a'));

        assert.deepEqual(found, {
          ...toNew('a', { facts }),
          ...{ times: 1, toldAt: now, since: now, endedAt: null, endCode: null },
        });
        assert.equal(await store.read((reads) => reads.noticed.find('b')), undefined);
      }),
    );

    it(
      'is changed field by field',
      on(open, async (store) => {
        const toldAt = await insert(store, toNew('a'));
        const later = new Date(toldAt.getTime() + 60_000);
        await store.transact((tx) =>
          tx.noticed.change('a', { endedAt: later, endCode: 'over', times: 2 }),
        );
        await store.transact((tx) =>
          tx.noticed.change('a', { endedAt: null, endCode: null, since: later }),
        );

        const found = await store.read((reads) => reads.noticed.find('a'));

        const own = { times: 2, toldAt, since: later, endedAt: null, endCode: null };
        assert.deepEqual(found, { ...toNew('a'), ...own });
      }),
    );

    it(
      'is found by its object and kind, the newest',
      on(open, async (store) => {
        await insert(store, toNew('a'));
        await insert(store, toNew('b', { objectId: 'esx-02' }));
        await insert(store, toNew('c', { code: 'io_redirected' }));
        // The database's clock goes on between two transactions, by a millisecond at least.
        while ((await readNow(store)) <= (await toldAtOf(store, 'a'))) await readNow(store);
        await insert(store, toNew('d'));

        await store.read(async ({ noticed }) => {
          assert.equal((await noticed.findNewest('esx-01', 'host_down'))?.id, 'd');
          assert.equal((await noticed.findNewest('esx-01', 'io_redirected'))?.id, 'c');
          assert.equal(await noticed.findNewest('esx-02', 'io_redirected'), undefined);
        });
      }),
    );

    it(
      'is recent while it goes on, and for as long after it as is asked',
      on(open, async (store) => {
        const now = await insert(store, toNew('open'));
        for (const id of ['early', 'late']) await insert(store, toNew(id));
        await insert(store, toNew('elsewhere', { connectionId: 'vc2' }));
        await insert(store, toNew('other', { code: 'io_redirected' }));
        const at = (ms: number) =>
          ({ endedAt: new Date(now.getTime() + ms), endCode: 'over' }) as const;
        await store.transact(async (tx) => {
          await tx.noticed.change('early', at(1000));
          await tx.noticed.change('late', at(1001));
        });

        const recent = await store.read((reads) =>
          reads.noticed.listRecent('vc', 'host_down', new Date(now.getTime() + 1000)),
        );

        assert.deepEqual(recent.map(({ id }) => id).toSorted(), ['late', 'open']);
      }),
    );

    it(
      'counts VMs; one that was seen running stays so',
      on(open, async (store) => {
        const put = (noticedId: string, vmId: string, isRunning: boolean, hostName = 'esx-02') =>
          store.transact((tx) =>
            tx.noticed.putVms([{ noticedId, vmId, name: `name of ${vmId}`, hostName, isRunning }]),
          );
        await put('a', 'v3', true);
        await put('a', 'v1', false);
        await put('a', 'v2', false);
        await put('b', 'v1', false);
        await put('a', 'v2', true, 'esx-03');
        await put('a', 'v3', false, 'esx-04');

        await store.read(async ({ noticed }) => {
          const { running, moved, first } = await noticed.sumVms('a', 1);
          assert.deepEqual([running, moved], [2, 1]);
          assert.deepEqual(first, [
            ...[{ noticedId: 'a', vmId: 'v2', name: 'name of v2', hostName: 'esx-03' }].map(
              (vm) => ({ ...vm, isRunning: true }),
            ),
          ]);
          assert.equal((await noticed.sumVms('a', 5)).first[1]?.hostName, 'esx-02');
          const waiting = await noticed.listNotRunning(['v1', 'v2', 'v9']);
          assert.deepEqual(
            waiting.map(({ noticedId, vmId }) => `${noticedId} ${vmId}`).toSorted(),
            ['a v1', 'b v1'],
          );
        });
        await store.transact((tx) => tx.noticed.forgetVms('a'));
        const { running, moved } = await store.read((reads) => reads.noticed.sumVms('a', 5));
        assert.deepEqual([running, moved], [0, 0]);
        assert.equal((await store.read((reads) => reads.noticed.sumVms('b', 5))).moved, 1);
      }),
    );
  });
}

function insert(store: ApprovalStore, noticed: New): Promise<Date> {
  return store.transact(async (tx) => {
    await tx.noticed.insert(noticed);
    return tx.now;
  });
}

async function readNow(store: ApprovalStore): Promise<number> {
  return store.read(async (reads) => reads.now.getTime());
}

async function toldAtOf(store: ApprovalStore, id: string): Promise<number> {
  const found = await store.read((reads) => reads.noticed.find(id));
  return found?.toldAt.getTime() ?? 0;
}
