/** The estate facet: snapshot, changes, read one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OBJECT_KINDS } from '#core/inventory/estate-object.ts';
import type { OpenConnection } from './connection-contract.ts';
import {
  assertFails,
  findOne,
  findRef,
  markNow,
  patience,
  readAll,
  readVm,
  untilChange,
} from './connection-contract-actors.ts';

export function describeEstate(open: OpenConnection): void {
  describe('estate', () => {
    it('says which installation it is, the same each time', async () => {
      await using opened = await open({});
      const { estate } = opened.connection;

      const first = await estate.identify(patience());
      const second = await estate.identify(patience());

      assert.ok(first.identity.length > 0 && first.product.length > 0);
      assert.deepEqual([second.identity, second.product], [first.identity, first.product]);
    });

    it('H06 numbers its events, and the number rises with what happens', async (context) => {
      await using opened = await open({});
      if (opened.numbersNoEvents) return context.skip('this platform numbers no events');
      const { estate } = opened.connection;
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const readNumber = async () => (await estate.identify(patience())).eventNumber ?? Number.NaN;

      const before = await readNumber();
      const unchanged = await readNumber();
      await opened.elsewhere.powerOn(vm);
      const on = await readNumber();
      await opened.elsewhere.deleteVm(vm);
      const gone = await readNumber();

      const numbers = [before, unchanged, on, gone];
      assert.ok(numbers.every(Number.isSafeInteger), `${numbers}`);
      assert.ok(before <= unchanged && unchanged < on && on < gone, `${numbers}`);
      return undefined;
    });

    it('reads everything once, in pages of at most 500, the next when the last was taken', async () => {
      await using opened = await open({ vms: 1100 });
      const seen: string[] = [];
      let pages = 0;
      let isTaking = false;

      await opened.connection.estate.snapshot(async (page) => {
        assert.ok(page.length > 0 && page.length <= 500 && !isTaking);
        isTaking = true;
        await new Promise(setImmediate);
        isTaking = false;
        pages += 1;
        seen.push(...page.map(({ kind, handle }) => `${kind} ${handle}`));
      }, patience());

      assert.ok(pages >= 3, `${pages} pages`);
      assert.equal(new Set(seen).size, seen.length);
      assert.ok(seen.filter((it) => it.startsWith('vm ')).length >= 1100);
    });

    it('resolves references between objects by their handles', async () => {
      await using opened = await open({});
      const { places } = opened;

      const all = await readAll(opened.connection);

      for (const { kind } of all) assert.ok(OBJECT_KINDS.includes(kind));
      const host = findOne(all, 'host', places.host);
      const datastore = findOne(all, 'datastore', places.datastore);
      const network = findOne(all, 'network', places.network);
      assert.ok(host.body.datastoreHandles.includes(datastore.handle));
      assert.ok(host.body.networkHandles.includes(network.handle));
      const vm = findOne(all, 'vm', places.running).body;
      assert.ok(all.some((it) => it.kind === 'host' && it.handle === vm.hostHandle));
      assert.ok(all.some((it) => it.kind === 'folder' && it.handle === vm.folderHandle));
      assert.ok(vm.power === 'on' && vm.isReachable && vm.disks.length > 0);
      assert.ok(vm.disks.every((it) => it.key !== '' && (it.sizeBytes ?? 0) > 0));
    });

    it('H11 lists a VM of which nothing can be asked, and never calls it off', async (context) => {
      await using opened = await open({});
      const { unreachable } = opened.places;
      if (unreachable === undefined) return context.skip('this platform has no such VM');

      const { body } = findOne(await readAll(opened.connection), 'vm', unreachable);

      assert.ok(!body.isReachable && body.power !== 'off');
      assert.notEqual(body.platformState, '');
      return undefined;
    });

    it('H09 reads one object, and says gone only when the platform has it no more', async () => {
      await using opened = await open({});
      const vm = await findRef(opened, 'vm', opened.places.stopped);

      const before = await readVm(opened, vm.handle);
      await opened.elsewhere.deleteVm(vm);
      const after = await readVm(opened, vm.handle);

      assert.equal(before?.body.name, opened.places.stopped);
      assert.equal(before?.identity, vm.identity);
      assert.equal(after, undefined);
    });

    it('tells what others changed since the mark', async () => {
      await using opened = await open({});
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const mark = await markNow(opened.connection);

      await opened.elsewhere.powerOn(vm);

      await untilChange(
        opened.connection,
        mark,
        ({ change, ...it }) =>
          change === 'seen' &&
          'object' in it &&
          it.object.kind === 'vm' &&
          it.object.handle === vm.handle &&
          it.object.body.power === 'on',
      );
    });

    it('tells that an object is gone while it is being followed', async () => {
      await using opened = await open({});
      const vm = await findRef(opened, 'vm', opened.places.stopped);
      const mark = await markNow(opened.connection);

      const told = untilChange(
        opened.connection,
        mark,
        (it) => it.change === 'gone' && it.kind === 'vm' && it.handle === vm.handle,
      );
      await opened.elsewhere.deleteVm(vm);

      await told;
    });

    it('ends following when it is told to, without an error', async () => {
      await using opened = await open({});
      const end = new AbortController();
      const mark = await markNow(opened.connection);

      const following = opened.connection.estate.changes(mark, async () => {}, end.signal);
      setImmediate(() => end.abort());

      await following;
    });

    it('refuses a mark that is of no use with session_lost', async () => {
      await using opened = await open({});

      const following = opened.connection.estate.changes('no-mark', async () => {}, patience());

      await assert.rejects(following, { code: 'session_lost' });
    });

    it('does nothing for a call that was called off before', async () => {
      await using opened = await open({});
      const signal = AbortSignal.abort();

      await assertFails(opened.connection.estate.identify(signal), 'not_started');
    });
  });
}
