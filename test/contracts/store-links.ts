/** Who is linked where, codes that prove a sign-in, and signed-in browsers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenContractStore } from './store-contract.ts';
import { on } from './store-trial.ts';

const SOON_MS = 60_000;

export function describeLinks(open: OpenContractStore): void {
  describe('links', () => {
    it(
      'are one a chat user; a later one takes the place of the earlier',
      on(open, async (store) => {
        const chatId = 'slack:T0:U0ANN';
        await store.transact((tx) => tx.links.put({ chatId, personId: 'ann', personName: 'Ann' }));
        await store.transact((tx) => tx.links.put({ chatId, personId: 'bob', personName: 'Bob' }));
        const other = { chatId: 'teams:t:1', personId: 'bob', personName: 'Bob' };
        await store.transact((tx) => tx.links.put(other));

        const { links } = await store.read(async (reads) => ({ links: await reads.links.list() }));
        const ofBob = await store.read((reads) => reads.links.list('bob'));

        assert.deepEqual(
          links.map((link) => [link.chatId, link.personId]),
          [
            [chatId, 'bob'],
            ['teams:t:1', 'bob'],
          ],
        );
        assert.equal(ofBob.length, 2);
        assert.equal(await store.transact((tx) => tx.links.remove(chatId)), true);
        assert.equal(await store.transact((tx) => tx.links.remove(chatId)), false);
        assert.equal(await store.read((reads) => reads.links.find(chatId)), undefined);
      }),
    );

    it(
      'take a code once, and not after it expired',
      on(open, async (store) => {
        const put = (digest: string, inMs: number) =>
          store.transact((tx) => {
            const expiresAt = new Date(tx.now.getTime() + inMs);
            return tx.links.putCode({ digest, personId: 'ann', personName: 'Ann', expiresAt });
          });
        const take = (digest: string) => store.transact((tx) => tx.links.takeCode(digest));
        await put('good', SOON_MS);
        await put('old', 0);

        const [first, second] = await Promise.all([take('good'), take('good')]);

        assert.deepEqual([first?.personId, second?.personId].sort(), ['ann', undefined]);
        assert.equal(await take('old'), undefined);
        assert.equal(await take('none'), undefined);
      }),
    );

    it(
      'know a browser until its session ends',
      on(open, async (store) => {
        const put = (digest: string, inMs: number) =>
          store.transact((tx) => {
            const expiresAt = new Date(tx.now.getTime() + inMs);
            return tx.links.putSession({ digest, personId: 'ann', expiresAt });
          });
        const find = (digest: string) => store.read((reads) => reads.links.findSession(digest));
        await put('open', SOON_MS);
        await put('over', 0);

        assert.equal((await find('open'))?.personId, 'ann');
        assert.equal(await find('over'), undefined);
        await store.transact((tx) => tx.links.removeSession('open'));
        assert.equal(await find('open'), undefined);
      }),
    );

    it(
      'keep one token a person, until it expires or is ended',
      on(open, async (store) => {
        const put = (personId: string, digest: string, inMs = SOON_MS) =>
          store.transact((tx) => {
            const expiresAt = new Date(tx.now.getTime() + inMs);
            return tx.links.putTerminalToken({ personId, digest, expiresAt });
          });
        const find = async (digest: string) =>
          (await store.read((reads) => reads.links.findTerminalToken(digest)))?.personId;
        const findOf = async (personId: string) =>
          (await store.read((reads) => reads.links.findTerminalTokenOf(personId)))?.digest;
        await put('ann', 'first');
        await put('bob', 'of bob');
        await put('gus', 'over', 0);

        assert.equal(await find('first'), 'ann');
        await put('ann', 'second');
        assert.deepEqual([await find('first'), await find('second')], [undefined, 'ann']);
        assert.deepEqual([await findOf('ann'), await findOf('bob')], ['second', 'of bob']);
        assert.deepEqual([await find('over'), await findOf('gus')], [undefined, undefined]);
        const end = () => store.transact((tx) => tx.links.removeTerminalToken('ann'));
        assert.deepEqual([await end(), await end()], [true, false]);
        assert.deepEqual([await find('second'), await find('of bob')], [undefined, 'bob']);
      }),
    );
  });
}
