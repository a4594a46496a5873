/** One host that several connections show. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { reconcile } from '#core/inventory/reconcile.ts';
import { firstHostOf, toMachineKey, withoutSecondViews } from '#core/inventory/same-machine.ts';
import { make, makeIndex } from '../estate-makers.ts';

const MACHINE = '4c4c4544-0000-1000-8000-00000000000a';

function host(handle: string, connectionId: string, machineId: string | undefined = MACHINE) {
  return make('host', handle, { connectionId, body: { machineId } });
}

function index(objects: readonly EstateObject[], order = ['vc', 'esx']) {
  const made = createEstateIndex(order);
  made.apply(objects);
  return made;
}

describe('a machine that two connections show', () => {
  const first = host('host-1', 'vc');
  const second = host('host-9', 'esx', MACHINE.toUpperCase());

  it('H07 counts as the connection shows it that is configured first', () => {
    for (const objects of [
      [first, second],
      [second, first],
    ]) {
      const made = index(objects);
      assert.equal(made.firstViewOf(second)?.id, first.id);
      assert.equal(made.firstViewOf(first), undefined);
      assert.equal(made.machinesTwice(), 1);
    }
    assert.equal(index([first, second], ['esx', 'vc']).firstViewOf(first)?.id, second.id);
  });

  it('H07 counts anew once one of the two is no more, or its connection is not configured', () => {
    const made = index([first, second]);

    made.apply([{ ...first, gone: true, changeSeq: 10_000 }]);

    assert.deepEqual([made.firstViewOf(second), made.machinesTwice()], [undefined, 0]);
    assert.equal(index([first, second], ['esx']).firstViewOf(second), undefined);
  });

  it('H07 a number that does not tell machines apart names none', () => {
    const twin = host('host-2', 'vc');
    const blank = (id: string, connection: string) =>
      host(id, connection, '00000000-0000-0000-0000-000000000000');
    const made = index([first, twin, second, blank('host-3', 'vc'), blank('host-8', 'esx')]);

    for (const one of [first, twin, second, blank('host-8', 'esx')])
      assert.equal(made.firstViewOf(one), undefined);
    assert.equal(toMachineKey('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'), undefined);
    assert.equal(toMachineKey(undefined), undefined);
  });

  it('H07 its VMs are those of the first; what the first does not show is known by the second', () => {
    const vm = (handle: string, connectionId: string, hostHandle: string, identity: string) =>
      make('vm', handle, { connectionId, identity, body: { hostHandle, name: identity } });
    const web = vm('vm-1', 'vc', 'host-1', 'web');
    const webAgain = vm('vm-7', 'esx', 'host-9', 'web');
    const unseen = vm('vm-8', 'esx', 'host-9', 'unseen');
    const all = [first, second, web, webAgain, unseen];
    const made = index(all);

    assert.equal(firstHostOf(made, webAgain)?.id, first.id);
    assert.equal(firstHostOf(made, web), undefined);
    assert.deepEqual(
      withoutSecondViews(made, all).map(({ id }) => id),
      [first.id, web.id, unseen.id],
    );
  });
});

describe('a host that is renamed', () => {
  it('H07 is the same under a new name and handle while its machine is', () => {
    const before = make('host', 'host-1', { identity: MACHINE, body: { name: 'esx-01' } });
    const observed = {
      ...{ kind: 'host' as const, handle: 'host-77', identity: MACHINE },
      body: { ...before.body, name: 'esx-01.new.example', machineId: MACHINE },
    };

    const { writes } = reconcile(makeIndex([before]), {
      ...{ connectionId: 'vc', observed: [observed], stillExists: () => false },
    });

    assert.deepEqual(
      writes.map(({ id, handle, body }) => [id, handle, body.name]),
      [[before.id, 'host-77', 'esx-01.new.example']],
    );
  });
});
