/** The plans of `vm disk add` and `vm disk remove`: what they name, hold and refuse. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNoteWords } from '#bot/cards/plan-blocks.ts';
import { vmDiskAdd } from '#core/operations/vm-disk-add.ts';
import { vmDiskRemove } from '#core/operations/vm-disk-remove.ts';
import { GIB } from '../estate-makers.ts';
import { codesOf, idOf, makePartsWorld, type PartsWish, VM_ID, wordsOf } from './parts-world.ts';

const add = (sizeBytes: number, wish: PartsWish = {}) =>
  vmDiskAdd.plan({ vmId: VM_ID, sizeBytes }, makePartsWorld(wish));
const remove = (diskKey: string, wish: PartsWish = {}) =>
  vmDiskRemove.plan({ vmId: VM_ID, diskKey }, makePartsWorld(wish));

describe('the plan of a new disk', () => {
  it('names the VM, its datastore and the most space, and holds that space', () => {
    const plan = add(40 * GIB);

    assert.deepEqual(plan.blockers, []);
    assert.deepEqual(plan.bounds.effects, { [VM_ID]: 'none' });
    assert.deepEqual(plan.bounds.atMost, { diskBytes: 40 * GIB });
    assert.deepEqual(plan.bounds.oneOf, { datastores: [idOf('ds-san')] });
    assert.deepEqual(plan.reserves, {
      ...{ connectionId: 'vc', vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 40 * GIB },
      places: [
        {
          ...{ key: 'add-disk', hostId: idOf('host-1'), datastoreId: idOf('ds-san') },
          ...{ memoryBytes: 0, diskBytes: 40 * GIB },
        },
      ],
    });
    assert.deepEqual(plan.advice.notes.map(toNoteWords), [
      'A new, empty disk of 40 GiB on SAN-A, beside the VM’s own files.',
    ]);
  });

  it('H20 rounds up to whole MiB, and says so', () => {
    const plan = add(GIB + 1);

    assert.equal(plan.bounds.atMost.diskBytes, GIB + 1024 ** 2);
    assert.deepEqual(plan.steps[0]?.input, {
      ...{ name: 'web', sizeBytes: GIB + 1024 ** 2 },
      vm: { connectionId: 'vc', kind: 'vm', handle: 'vm-1', identity: 'identity-of-vm-1' },
    });
    assert.match(
      plan.advice.notes.map(toNoteWords).join('\n'),
      /Disk 1,073,741,825 B is rounded up to 1,025 MiB/,
    );
  });

  it('is refused what the datastore has not left beside its reserve and what others wait for', () => {
    const place = { key: 'a', datastoreId: idOf('ds-san'), memoryBytes: 0 };
    const reservations = [{ requestId: 'other', places: [{ ...place, diskBytes: 920 * GIB }] }];

    assert.deepEqual(wordsOf(add(31 * GIB, { reservations })), [
      'SAN-A: 30 GiB free, 31 GiB wanted',
    ]);
    assert.deepEqual(codesOf(add(30 * GIB, { reservations })), []);
    assert.deepEqual(codesOf(add(31 * GIB, { reservations, exceptRequestId: 'other' })), []);
    assert.deepEqual(codesOf(add(GIB, { datastore: { accessible: false } })), [
      'datastore_not_accessible',
    ]);
    assert.deepEqual(codesOf(add(GIB, { datastore: { freeBytes: undefined } })), [
      'datastore_space_unknown',
    ]);
  });

  it('is refused where nobody knows on which datastore the VM lies (H09)', () => {
    const plan = add(GIB, { vm: { datastoreHandle: undefined } });

    assert.equal(plan.reserves, undefined);
    assert.deepEqual(wordsOf(plan), [
      'Where web keeps its files is not known, so there is no place for a disk.',
    ]);
  });

  it('is refused a size that no disk has: 64 TiB at most, less where the platform says so', () => {
    const room = { datastore: { capacityBytes: 2 ** 52, freeBytes: 2 ** 52 } };
    const hardware = { nicSettings: [], maxDiskBytes: 62 * 2 ** 40 };
    const less = { ...room, connection: { hardware } as never };

    assert.deepEqual(codesOf(add(64 * 2 ** 40, room)), []);
    assert.deepEqual(wordsOf(add(64 * 2 ** 40 + 1, room)), [
      'A disk has at least 64 MiB and at most 64 TiB; 64 TiB was wished.',
    ]);
    assert.deepEqual(codesOf(add(63 * 2 ** 40, less)), ['disk_size_unfit']);
    assert.deepEqual(codesOf(add(40)), ['disk_size_unfit']);
  });

  it('is refused by the state of the VM, in words', () => {
    const words = (wish: PartsWish) => wordsOf(add(GIB, wish)).join('\n');

    for (const power of ['suspended', 'paused'] as const)
      assert.match(
        words({ vm: { power, platformState: 'Paused' } }),
        /The parts of web change only while it is on or off; its platform says Paused\./,
      );
    assert.match(words({ vm: { power: 'unknown', platformState: '?' } }), /is not known to Drover/);
    assert.match(words({ vm: { role: 'replica' } }), /web is a replica/);
    assert.match(words({ vm: { question: 'Moved or copied?' } }), /asks a question about web/);
    assert.match(words({ vm: { isReachable: false } }), /Nothing can be asked of web/);
    assert.match(words({ own: { isTwin: true } }), /Two VMs show the identity of web/);
    assert.match(words({ busy: 7 }), /J-7 is changing web/);
    assert.match(
      words({ connection: { hardware: undefined } as never }),
      /vc cannot do vm.disk.add/,
    );
  });

  it('has no steps for a VM that is no more', () => {
    const plan = vmDiskAdd.plan({ vmId: 'gone', sizeBytes: GIB }, makePartsWorld());

    assert.deepEqual([plan.steps, codesOf(plan)], [[], ['target_gone']]);
  });
});

describe('the plan of a disk that is taken off', () => {
  it('H19 names it by key and file as kept, and says where its file stays', () => {
    const plan = remove('2001');

    assert.deepEqual(plan.blockers, []);
    assert.deepEqual(plan.bounds.keeps, ['disk 2001 [san] web/web_1.vmdk']);
    assert.deepEqual(plan.bounds.deletes, []);
    assert.equal(plan.steps[0]?.kind, 'detach-disks');
    assert.deepEqual(plan.advice.notes.map(toNoteWords), [
      'SCSI 0:1, 40 GiB, is taken off. Its file stays: [san] web/web_1.vmdk. It can be attached again by hand.',
    ]);
  });

  it('is refused the first disk while the VM runs, and says what comes of it once it is off', () => {
    const off = remove('2000', { vm: { power: 'off' } });

    assert.deepEqual(wordsOf(remove('2000')), [
      'SCSI 0:0 is the first disk of web, which it starts from: it can be taken off only while the VM is off: vm shutdown web',
    ]);
    assert.deepEqual(off.blockers, []);
    assert.match(off.advice.notes.map(toNoteWords).join('\n'), /without it the VM may not start/);
  });

  it('is refused what is no SCSI disk of a VM that runs', () => {
    const [first] = makePartsWorld().index.get('vm', VM_ID)?.body.disks ?? [];
    assert.ok(first);
    const disks = [first, { ...first, key: '3001', label: 'IDE 0:1' }];

    assert.deepEqual(wordsOf(remove('3001', { vm: { disks } })), [
      'Of a VM that runs only SCSI disks can be taken off; IDE 0:1 can once web is off: vm shutdown web',
    ]);
    assert.deepEqual(codesOf(remove('3001', { vm: { disks, power: 'off' } })), []);
  });

  it('is refused a disk that others use, a raw one, one that a snapshot holds, and one that is gone', () => {
    const [first, second] = makePartsWorld().index.get('vm', VM_ID)?.body.disks ?? [];
    assert.ok(first && second);
    const change = (changes: object) => ({ vm: { disks: [first, { ...second, ...changes }] } });

    assert.deepEqual(wordsOf(remove('2001', change({ shared: true }))), [
      'SCSI 0:1 is shared with other VMs.',
    ]);
    assert.deepEqual(wordsOf(remove('2001', change({ isRaw: true }))), [
      'SCSI 0:1 is passed through to web; it is taken off at the vendor’s console.',
    ]);
    assert.deepEqual(codesOf(remove('2001', { vm: { snapshotCount: 1 } })), ['vm_has_snapshots']);
    assert.deepEqual(wordsOf(remove('2009')), ['web has no disk 2009 any more.']);
    assert.deepEqual(
      codesOf(remove('2001', { connection: { provisioning: undefined } as never })),
      ['connection_cannot'],
    );
  });
});
