/** What group names of the configuration stood for when they were first read (H28). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenContractStore } from './store-contract.ts';
import { on } from './store-trial.ts';

const PIN = { source: 'lab', name: 'web-team', groupId: 'S-1-1', configKey: 'roles.web.members' };

export function describeGroupPins(open: OpenContractStore): void {
  describe('pins of groups', () => {
    it(
      'H28 stand for good: a later one takes the place of none',
      on(open, async (store) => {
        const insert = (changes: Partial<typeof PIN> = {}) =>
          store.transact((tx) => tx.groupPins.insert({ ...PIN, ...changes }));
        const list = (source: string) => store.read((reads) => reads.groupPins.list(source));
        const now = await store.read(async (reads) => reads.now.getTime());

        assert.equal(await insert(), true);
        assert.equal(await insert({ groupId: 'S-1-2', configKey: 'policies.ask' }), false);
        assert.equal(await insert({ name: 'Web-Team', groupId: 'S-1-2' }), true);
        assert.equal(await insert({ source: 'dc=corp', groupId: 'S-1-3' }), true);

        const ofLab = await list('lab');
        const first = ofLab.find(({ name }) => name === PIN.name);
        assert.equal(ofLab.length, 2);
        assert.deepEqual({ ...first, pinnedAt: undefined }, { ...PIN, pinnedAt: undefined });
        assert.ok((first?.pinnedAt.getTime() ?? 0) >= now);
        assert.deepEqual(
          (await list('dc=corp')).map(({ groupId }) => groupId),
          ['S-1-3'],
        );
        assert.deepEqual(await list('elsewhere'), []);
      }),
    );

    it(
      'H28 are one a name, and both see the same, when two pin at once',
      on(open, async (store) => {
        const pin = (groupId: string) =>
          store.transact(async (tx) => {
            const isNew = await tx.groupPins.insert({ ...PIN, groupId });
            return { isNew, seen: (await tx.groupPins.list('lab')).map((one) => one.groupId) };
          });

        const both = await Promise.all([pin('S-1-1'), pin('S-1-2')]);

        assert.deepEqual(both.map(({ isNew }) => isNew).toSorted(), [false, true]);
        assert.equal(both[0].seen.length, 1);
        assert.deepEqual(both[0].seen, both[1].seen);
      }),
    );
  });
}
