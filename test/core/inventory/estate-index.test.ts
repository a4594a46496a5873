/** The estate in memory: found exactly, by every key that names a thing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEstateIndex, type EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { make, makeIndex, type Own } from '../estate-makers.ts';

/** Names that people gave to VMs, from the list of odd but legal ones (B35). */
const ODD_NAMES = [
  ...['IP-100 [LastWrite=2017-07-20_08:44:54]', 'Test', 'Test2', 'Te*t', 'T?st', 'hv-[a-c]*'],
  ...[
    'base_win-feature/debug-02182c',
    '100% test',
    '50%2f',
    '  padded  ',
    'null',
    '0',
    'true',
    '-v',
  ],
  ...['web-07', 'WEB-07', 'app-01.corp.example (Web Server)', 'n'.repeat(80), '__proto__', ''],
];

const named = (name: string, own: Own<'vm'> = {}) =>
  make('vm', own.handle ?? `of ${name}`, { ...own, body: { name, ...own.body } });
const idsOf = (objects: Iterable<EstateObject>) => [...objects].map(({ id }) => id);

describe('estate index: names', () => {
  it('H08 finds exactly the VM of that name, never a prefix, a pattern or another case (B35)', () => {
    const index = makeIndex(ODD_NAMES.map((name) => named(name)));

    for (const name of ODD_NAMES)
      assert.deepEqual(idsOf(index.byName('vm', name)), [`id-of-of ${name}`]);
    for (const name of ['Tes', 'test', 'Te', '*', 'T*', 'hv-a', 'padded', 'web', 'toString'])
      assert.deepEqual(index.byName('vm', name), []);
  });

  it('H08 finds all that share a name, in one connection or over all', () => {
    const index = makeIndex([
      named('web-07', { handle: 'vm-116' }),
      named('web-07', { handle: 'vm-117' }),
      named('web-07', { handle: 'vm-1', connectionId: 'hv' }),
      named('WEB-07', { handle: 'vm-118' }),
    ]);

    assert.equal(index.byName('vm', 'web-07').length, 3);
    assert.deepEqual(idsOf(index.byName('vm', 'web-07', 'hv')), ['id-of-vm-1']);
    assert.deepEqual(index.byName('template', 'web-07'), []);
  });

  it('lists names as people count, each VM once', () => {
    const index = makeIndex(
      ['web-10', 'web-9', 'a', 'web-9'].map((name, at) => named(name, { handle: `${at}` })),
    );

    assert.deepEqual(index.names('vm'), ['a', 'web-9', 'web-10']);
    assert.deepEqual(idsOf(index.all('vm')), ['id-of-2', 'id-of-1', 'id-of-3', 'id-of-0']);
    assert.equal(index.count('vm'), 4);
    assert.equal(index.count('host'), 0);
  });

  it('keeps apart names that sort alike', () => {
    const index = makeIndex([named('web-1', { handle: 'a' })]);
    assert.deepEqual(index.names('vm'), ['web-1']);

    index.apply([named('web-01', { handle: 'b' }), named('web-001', { handle: 'c' })]);
    index.apply([{ ...named('web-1', { handle: 'a' }), gone: true }]);

    assert.deepEqual([...index.names('vm')].toSorted(), ['web-001', 'web-01']);
    assert.deepEqual(index.byName('vm', 'web-1'), []);
  });
});

describe('estate index: keys', () => {
  it('finds by handle and by identity within one connection and kind', () => {
    const vm = make('vm', 'vm-1');
    const index = makeIndex([vm, make('vm', 'vm-1', { id: 'other', connectionId: 'hv' })]);

    assert.equal(index.byHandle('vc', 'vm', 'vm-1')?.id, vm.id);
    assert.equal(index.byHandle('hv', 'vm', 'vm-1')?.id, 'other');
    assert.equal(index.byHandle('vc', 'template', 'vm-1'), undefined);
    assert.deepEqual(idsOf(index.byIdentity('vc', 'vm', vm.identity)), [vm.id]);
    assert.deepEqual(index.byIdentity('vc', 'host', vm.identity), []);
    assert.equal(index.get('vm', vm.id), vm);
    assert.equal(index.get('host', vm.id), undefined);
  });

  it('H04 finds both twins by their identity', () => {
    const index = makeIndex([
      make('vm', 'vm-1', { identity: 'i' }),
      make('vm', 'vm-2', { identity: 'i' }),
    ]);

    assert.deepEqual(idsOf(index.byIdentity('vc', 'vm', 'i')), ['id-of-vm-1', 'id-of-vm-2']);
  });

  it('follows a VM to a new handle, host, owner and name', () => {
    const index = makeIndex([make('vm', 'vm-1', { ownerId: 'ann' })]);
    const moved = make('vm', 'vm-1', { ownerId: 'bob', body: { name: 'new', hostHandle: 'h-2' } });

    index.apply([{ ...moved, handle: 'vm-9' }]);

    assert.equal(index.byHandle('vc', 'vm', 'vm-1'), undefined);
    assert.equal(index.byHandle('vc', 'vm', 'vm-9')?.id, moved.id);
    assert.deepEqual(idsOf(index.vmsOnHost('vc', 'host-1')), []);
    assert.deepEqual(idsOf(index.vmsOnHost('vc', 'h-2')), [moved.id]);
    assert.deepEqual(idsOf(index.vmsOfOwner('ann')), []);
    assert.deepEqual(idsOf(index.vmsOfOwner('bob')), [moved.id]);
    assert.deepEqual(index.byName('vm', 'vm-1'), []);
    assert.deepEqual(idsOf(index.byName('vm', 'new')), [moved.id]);
    assert.equal(index.count('vm'), 1);
  });

  it('finds VMs by the addresses that their guests show, however those are written', () => {
    const ipAddresses = ['10.0.0.1', 'FE80::1%eth0'];
    const index = makeIndex([make('vm', 'vm-1', { body: { ipAddresses } }), make('vm', 'vm-2')]);

    assert.deepEqual(idsOf(index.vmsWithAddress('10.0.0.1')), ['id-of-vm-1']);
    assert.deepEqual(idsOf(index.vmsWithAddress('fe80::1')), ['id-of-vm-1']);

    index.apply([make('vm', 'vm-1'), make('vm', 'vm-2', { body: { ipAddresses: ['10.0.0.1'] } })]);

    assert.deepEqual(idsOf(index.vmsWithAddress('10.0.0.1')), ['id-of-vm-2']);
    assert.deepEqual(idsOf(index.vmsWithAddress('fe80::1')), []);
  });

  it('knows all of one connection, whatever they are', () => {
    const index = makeIndex([
      ...[make('vm', 'vm-1'), make('host', 'host-1')],
      make('vm', 'vm-1', { id: 'other', connectionId: 'hv' }),
    ]);

    assert.deepEqual(idsOf(index.ofConnection('vc')).toSorted(), ['id-of-host-1', 'id-of-vm-1']);
    assert.deepEqual([index.countOf('vc'), index.countOf('hv'), index.countOf('none')], [2, 1, 0]);
    assert.deepEqual(index.ofConnection('none'), []);
  });

  it('gives a handle to whoever has it now, also when two changed places', () => {
    const [a, b] = [make('vm', 'vm-1'), make('vm', 'vm-2')];
    const index = makeIndex([a, b]);

    index.apply([
      { ...a, handle: 'vm-2' },
      { ...b, handle: 'vm-1' },
    ]);

    assert.equal(index.byHandle('vc', 'vm', 'vm-2')?.id, a.id);
    assert.equal(index.byHandle('vc', 'vm', 'vm-1')?.id, b.id);
  });

  it('forgets what is gone under every key, and knows the newest change', () => {
    const vm = make('vm', 'vm-1', { ownerId: 'ann', changeSeq: 7 });
    const index = makeIndex([vm]);

    index.apply([{ ...vm, gone: true, changeSeq: 9 }]);

    assert.equal(index.get('vm', vm.id), undefined);
    assert.equal(index.byHandle('vc', 'vm', 'vm-1'), undefined);
    assert.deepEqual(index.byIdentity('vc', 'vm', vm.identity), []);
    assert.deepEqual(index.names('vm'), []);
    assert.deepEqual(index.vmsOfOwner('ann'), []);
    assert.deepEqual(index.vmsOnHost('vc', 'host-1'), []);
    assert.equal(index.changeSeq(), 9);
  });
});

describe('estate index: any history', () => {
  const change = fc.record({
    handle: fc.constantFrom('1', '2', '3', '4'),
    name: fc.constantFrom('a', 'a1', 'a01', 'B', 'b'),
    hostHandle: fc.constantFrom('h-1', 'h-2', undefined),
    ipAddresses: fc.subarray(['10.0.0.1', '10.0.0.2']),
    gone: fc.boolean(),
  });

  it('ends as if only what is there now had been told, with lists read in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 30 }), (history) => {
        const index = createEstateIndex();
        const left = new Map<string, EstateObject>();
        for (const [{ handle, gone, ...body }, isRead] of history) {
          const vm = make('vm', handle, { gone, body });
          index.apply([vm]);
          if (gone) left.delete(vm.id);
          else left.set(vm.id, vm);
          if (isRead) index.names('vm');
        }

        const fresh = makeIndex([...left.values()]);

        assert.deepEqual(toPicture(index), toPicture(fresh));
      }),
      { numRuns: 300 },
    );
  });
});

/** All it says, without the order of those that share a name. */
function toPicture(index: EstateIndex) {
  return {
    names: [...index.names('vm')].toSorted(),
    all: idsOf(index.all('vm')).toSorted(),
    count: index.count('vm'),
    byName: ['a', 'a1', 'a01', 'B', 'b'].map((name) => idsOf(index.byName('vm', name)).toSorted()),
    onHost: ['h-1', 'h-2'].map((host) => idsOf(index.vmsOnHost('vc', host)).toSorted()),
    withAddress: ['10.0.0.1', '10.0.0.2'].map((address) =>
      idsOf(index.vmsWithAddress(address)).toSorted(),
    ),
    ofConnection: idsOf(index.ofConnection('vc')).toSorted(),
    byHandle: ['1', '2', '3', '4'].map((handle) => index.byHandle('vc', 'vm', handle)?.body.name),
  };
}
