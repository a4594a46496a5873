/** What an observation means: the same thing, a new one, or two of one identity. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject, Observed } from '#core/inventory/estate-object.ts';
import { toCopyIdentity, toPlatformIdentity } from '#core/inventory/identity.ts';
import { createReading } from '#core/inventory/reading.ts';
import { type Reconciled, reconcile } from '#core/inventory/reconcile.ts';
import { make, makeIndex } from '../estate-makers.ts';
import { observe } from './observe.ts';

/** As one reading of the whole connection tells it; the index then knows it. */
function see(index: EstateIndex, ...observed: Observed[]): Reconciled {
  const stillExists = createReading(observed).has;
  const reconciled = reconcile(index, { connectionId: 'vc', observed, stillExists });
  index.apply(
    reconciled.writes.map(
      (write, at) =>
        ({ ...write, changeSeq: index.changeSeq() + at + 1, seenAt: new Date(0) }) as EstateObject,
    ),
  );
  return reconciled;
}

const vmsIn = (index: EstateIndex) => [...index.all('vm')];
const KNOWN = make('vm', 'vm-1', { identity: 'i', ownerId: 'ann' });

describe('reconcile', () => {
  it('writes nothing for what is known and unchanged, whatever order its fields came in', () => {
    const index = makeIndex([KNOWN]);
    const body = Object.fromEntries(Object.entries(KNOWN.body).toReversed());

    const { writes } = see(index, { ...observe('vm', 'vm-1', 'i'), body } as Observed);

    assert.deepEqual(writes, []);
  });

  it('writes what changed, with Drover’s own words kept', () => {
    const index = makeIndex([KNOWN]);

    const { writes } = see(index, observe('vm', 'vm-1', 'i', { name: 'renamed', power: 'off' }));

    assert.equal(writes.length, 1);
    assert.deepEqual([writes[0]?.id, writes[0]?.ownerId], [KNOWN.id, 'ann']);
    assert.equal(vmsIn(index)[0]?.body.power, 'off');
  });

  it('keeps connections apart: the same identity elsewhere is another thing', () => {
    const index = makeIndex([make('vm', 'vm-1', { connectionId: 'hv', identity: 'i' })]);

    const { twins } = see(index, observe('vm', 'vm-1', 'i'));

    assert.equal(index.count('vm'), 2);
    assert.deepEqual(twins, []);
  });
});

describe('reconcile: moved and new', () => {
  it('H01 does not go by the name: a VM of the same name is another, a renamed one the same', () => {
    const index = makeIndex([KNOWN]);

    see(
      index,
      observe('vm', 'vm-1', 'i', { name: 'b' }),
      observe('vm', 'vm-2', 'j', { name: 'vm-1' }),
    );

    assert.equal(index.get('vm', KNOWN.id)?.body.name, 'b');
    assert.notEqual(index.byHandle('vc', 'vm', 'vm-2')?.id, KNOWN.id);
  });

  it('H03 takes the same identity under a new handle for the same VM, and says so', () => {
    const index = makeIndex([KNOWN]);

    const { rebound, twins } = see(index, observe('vm', 'vm-9', 'i'));

    assert.deepEqual(rebound, [KNOWN.id]);
    assert.deepEqual(twins, []);
    const [vm] = vmsIn(index);
    assert.deepEqual([vm?.id, vm?.handle, vm?.ownerId], [KNOWN.id, 'vm-9', 'ann']);
    assert.equal(index.count('vm'), 1);
  });

  it('H03 takes a VM that was gone and is registered again for the same, with its owner', () => {
    const index = makeIndex([KNOWN]);
    index.apply([{ ...KNOWN, gone: true }]);

    const { rebound } = see(index, observe('vm', 'vm-9', 'i'));

    assert.deepEqual(rebound, [KNOWN.id]);
    assert.equal(index.get('vm', KNOWN.id)?.ownerId, 'ann');
    assert.equal(index.count('vm'), 1);
  });

  it('H05 takes a new identity for a new VM without owner, also under a known handle', () => {
    const index = makeIndex([KNOWN]);

    const { rebound } = see(index, observe('vm', 'vm-1', 'j'));

    const vm = index.byHandle('vc', 'vm', 'vm-1');
    assert.notEqual(vm?.id, KNOWN.id);
    assert.equal(vm?.ownerId, undefined);
    assert.deepEqual(rebound, []);
  });
});

describe('reconcile: twins', () => {
  it('H04 marks both when the first reading shows one identity twice', () => {
    const index = makeIndex([]);

    const { twins } = see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-2', 'i'));

    const vms = vmsIn(index);
    assert.deepEqual(
      vms.map(({ isTwin }) => isTwin),
      [true, true],
    );
    assert.equal(new Set(vms.map(({ id }) => id)).size, 2);
    assert.deepEqual(twins.toSorted(), vms.map(({ id }) => id).toSorted());
  });

  it('H04 marks both when a twin comes later, and merges nothing', () => {
    const index = makeIndex([KNOWN]);

    const { rebound } = see(index, observe('vm', 'vm-2', 'i'), observe('vm', 'vm-1', 'i'));

    assert.deepEqual(rebound, []);
    const [first, second] = [
      index.byHandle('vc', 'vm', 'vm-1'),
      index.byHandle('vc', 'vm', 'vm-2'),
    ];
    assert.deepEqual([first?.id, first?.isTwin, first?.ownerId], [KNOWN.id, true, 'ann']);
    assert.deepEqual([second?.isTwin, second?.ownerId], [true, undefined]);
  });

  it('H04 tells of twins once, however often they are seen', () => {
    const index = makeIndex([KNOWN]);
    const both = [observe('vm', 'vm-1', 'i'), observe('vm', 'vm-2', 'i')];
    see(index, ...both);

    const again = see(index, ...both);

    assert.deepEqual([again.writes, again.twins], [[], []]);
  });

  it('H04 marks three of one identity', () => {
    const index = makeIndex([]);

    see(index, ...['vm-1', 'vm-2', 'vm-3'].map((handle) => observe('vm', handle, 'i')));

    assert.deepEqual(
      vmsIn(index).map(({ isTwin }) => isTwin),
      [true, true, true],
    );
  });

  it('H04 takes the mark off when one of two is seen alone', () => {
    const index = makeIndex([KNOWN]);
    see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-2', 'i'));

    see(index, observe('vm', 'vm-1', 'i'));

    assert.equal(index.get('vm', KNOWN.id)?.isTwin, false);
  });

  it('H04 takes the mark off when the platform gave the other an identity of its own', () => {
    const index = makeIndex([KNOWN]);
    see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-2', 'i'));

    see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-2', 'j'));

    assert.equal(index.get('vm', KNOWN.id)?.isTwin, false);
    assert.equal(index.byIdentity('vc', 'vm', 'j')[0]?.isTwin, false);
  });

  it('H04 keeps apart what an administrator called a copy', () => {
    const index = makeIndex([KNOWN, make('vm', 'vm-2', { identity: toCopyIdentity('i', 'vm-2') })]);

    const { writes, twins } = see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-2', 'i'));

    assert.deepEqual([writes, twins], [[], []]);
    assert.equal(toPlatformIdentity(toCopyIdentity('i', 'vm-2')), 'i');
    assert.equal(toPlatformIdentity('i'), 'i');
  });

  it('takes two hosts or datastores of one identity for no twins of VMs', () => {
    const { twins } = see(makeIndex([]), observe('host', 'h-1', 'i'), observe('vm', 'vm-1', 'i'));

    assert.deepEqual(twins, []);
  });
});

describe('reconcile: unreadable', () => {
  const lost = { unreadable: 'orphaned', power: 'unknown', isReachable: false } as const;

  it('H11 keeps identity and owner of a known VM that shows no identity now', () => {
    const index = makeIndex([KNOWN]);

    see(index, observe('vm', 'vm-1', null, lost));

    const vm = index.get('vm', KNOWN.id);
    assert.deepEqual([vm?.identity, vm?.ownerId, vm?.body.unreadable], ['i', 'ann', 'orphaned']);
  });

  it('H11 lists a new one by its handle, and keeps its id when its identity appears', () => {
    const index = makeIndex([]);
    see(index, observe('vm', 'vm-7', null, lost));
    const [first] = vmsIn(index);

    see(index, observe('vm', 'vm-7', 'i'));

    const [vm] = vmsIn(index);
    assert.deepEqual([vm?.id, vm?.identity], [first?.id, 'i']);
    assert.equal(index.count('vm'), 1);
  });

  it('H03 finds a known VM again that was registered anew while it showed no identity', () => {
    const index = makeIndex([KNOWN]);
    see(index, observe('vm', 'vm-7', null, lost));

    see(index, observe('vm', 'vm-7', 'i'));

    assert.equal(index.byHandle('vc', 'vm', 'vm-7')?.id, KNOWN.id);
    assert.equal(index.count('vm'), 1);
  });

  it('H04 keeps the id of one that turns out to be a twin when its identity appears', () => {
    const index = makeIndex([KNOWN]);
    see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-7', null, lost));
    const nameless = index.byHandle('vc', 'vm', 'vm-7');

    see(index, observe('vm', 'vm-1', 'i'), observe('vm', 'vm-7', 'i'));

    assert.deepEqual(
      vmsIn(index).map(({ isTwin }) => isTwin),
      [true, true],
    );
    assert.equal(index.byHandle('vc', 'vm', 'vm-7')?.id, nameless?.id);
  });
});
