/** One connection kept in sync: what a reading, a change and an outage mean for what is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { observe } from './observe.ts';
import { openSync } from './open-sync.ts';

const vms = (count: number) => Array.from({ length: count }, (_, at) => observe('vm', `vm-${at}`));
const away = new OperationError('not_reachable', 'not_started', { host: 'vc.example' });

describe('sync: reading everything', () => {
  it('knows the whole estate once it waits for changes, and whose it is', async () => {
    await using sync = await openSync(observe('host', 'host-1'), ...vms(450));

    assert.equal(await sync.rest.arrived(), 'changes');
    assert.deepEqual([sync.index.count('vm'), sync.index.count('host')], [450, 1]);
    const state = await sync.state();
    assert.deepEqual([state?.identity, state?.product], ['installation-1', 'Scripted 1.0']);
    assert.ok(state?.syncedAt && !state.failingSince && !state.holdCode);
  });

  it('writes nothing for a reading that says nothing new', async () => {
    await using sync = await openSync(...vms(10));
    const seq = sync.index.changeSeq();

    sync.platform.loseSession();
    await sync.rest.arrived();
    assert.equal(await sync.goOn(), 'changes');

    assert.equal(sync.platform.snapshots, 2);
    assert.equal(sync.index.changeSeq(), seq);
  });

  it('H11 lists an unreadable object as such and learns all the others', async () => {
    const lost = { unreadable: 'orphaned', isReachable: false, power: 'unknown' } as const;

    await using sync = await openSync(...vms(3), observe('vm', 'vm-120', null, lost));

    assert.equal(sync.index.count('vm'), 4);
    assert.equal(sync.vm('vm-120')?.body.unreadable, 'orphaned');
  });

  it('H04 learns an estate in which every VM was registered twice', async () => {
    const twice = vms(300).flatMap((vm) => [vm, { ...vm, handle: `${vm.handle}-again` }]);

    await using sync = await openSync(...vms(300));
    sync.platform.put(...twice);
    sync.platform.loseSession();
    await sync.rest.arrived();
    await sync.goOn();

    assert.equal(await sync.rest.arrived(), 'changes');
    assert.equal(sync.index.count('vm'), 600);
    assert.ok([...sync.index.all('vm')].every(({ isTwin }) => isTwin));
    assert.equal((await sync.auditEvents('identity_twice')).length, 600);
  });

  it('H03 tells, in the transaction that writes it, whose handle changed', async () => {
    await using sync = await openSync(...vms(3));
    const id = sync.vm('vm-1')?.id;

    sync.platform.remove('vm-1');
    sync.platform.put(observe('vm', 'vm-99', 'identity-of-vm-1'));
    sync.platform.loseSession();
    await sync.rest.arrived();
    await sync.goOn();

    assert.equal(sync.vm('vm-99')?.id, id);
    assert.equal(sync.index.count('vm'), 3);
    assert.deepEqual(sync.reconciled.at(-1)?.rebound, [id]);
    assert.deepEqual(await sync.auditEvents('handle_changed'), [{ id }]);
  });
});

describe('sync: a new handle that is told', () => {
  const moved = observe('vm', 'vm-99', 'identity-of-vm-1');

  async function tellMoved(sync: Awaited<ReturnType<typeof openSync>>): Promise<void> {
    sync.platform.remove('vm-1');
    sync.platform.put(moved);
    await sync.platform.tell(
      { change: 'gone', kind: 'vm', handle: 'vm-1' },
      { change: 'seen', object: moved },
    );
  }

  it('H03 is told in the transaction that writes it, as it is from then on', async () => {
    await using sync = await openSync(...vms(3));
    const id = sync.vm('vm-1')?.id ?? '';
    const handles: (string | undefined)[] = [];
    sync.onReconciled = async (tx) => {
      handles.push((await tx.estate.find(id))?.handle);
    };

    await tellMoved(sync);

    assert.deepEqual(handles, ['vm-99']);
    assert.deepEqual(sync.reconciled.at(-1)?.rebound, [id]);
    assert.deepEqual(
      sync.reconciled.at(-1)?.writes.map((write) => [write.id, write.handle]),
      [[id, 'vm-99']],
    );
  });

  it('H03 is not known where telling of it fails: both are one', async () => {
    await using sync = await openSync(...vms(3));
    const id = sync.vm('vm-1')?.id;
    const cut = new OperationError('storage_full', 'not_started');
    sync.onReconciled = () => Promise.reject(cut);

    await assert.rejects(tellMoved(sync), cut);

    assert.equal(sync.vm('vm-1')?.id, id);
    assert.deepEqual(await sync.auditEvents('handle_changed'), []);
    sync.onReconciled = async () => undefined;
    await sync.platform.tell({ change: 'seen', object: moved });
    assert.equal(sync.vm('vm-99')?.id, id);
  });
});

describe('sync: gone', () => {
  /** Reads everything once more. */
  async function readAgain(sync: Awaited<ReturnType<typeof openSync>>): Promise<string> {
    sync.platform.loseSession();
    await sync.rest.arrived();
    return sync.goOn();
  }

  it('H09 takes a missing VM for gone only after a second look says so', async () => {
    await using sync = await openSync(...vms(3));

    sync.platform.remove('vm-1');
    await readAgain(sync);

    assert.deepEqual(sync.platform.reads, ['vm-1']);
    assert.equal(sync.index.count('vm'), 2);
    assert.deepEqual((await sync.auditEvents('object_gone')).length, 1);
  });

  it('H09 keeps a VM that a reading left out and a second look finds', async () => {
    await using sync = await openSync(...vms(3));

    sync.platform.hidden.add('vm-1');
    await readAgain(sync);

    assert.deepEqual(sync.platform.reads, ['vm-1']);
    assert.equal(sync.index.count('vm'), 3);
  });

  it('H09 keeps everything when the second look fails', async () => {
    await using sync = await openSync(...vms(4));

    sync.platform.remove('vm-1', 'vm-2');
    sync.platform.faults.set('read vm-1', away);
    assert.equal(await readAgain(sync), 'pause');

    assert.equal(sync.index.count('vm'), 4);
    assert.equal((await sync.state())?.errorCode, 'not_reachable');
    sync.platform.faults.clear();
    await sync.goOn();
    assert.equal(sync.index.count('vm'), 2);
  });

  it('H11 is not held up by one object that its platform refuses to show', async () => {
    await using sync = await openSync(...vms(4));

    sync.platform.remove('vm-1', 'vm-2');
    const refused = new OperationError('not_permitted_on_platform', 'refused');
    sync.platform.faults.set('read vm-1', refused);

    assert.equal(await readAgain(sync), 'changes');
    assert.ok(sync.vm('vm-1'));
    assert.equal(sync.vm('vm-2'), undefined);
  });

  it('H04 removes a twin that is no more, and the mark of the other', async () => {
    const twin = { ...observe('vm', 'vm-1'), handle: 'vm-7' };
    await using sync = await openSync(...vms(3), twin);
    assert.equal(sync.vm('vm-1')?.isTwin, true);

    sync.platform.remove('vm-7');
    await readAgain(sync);

    assert.equal(sync.vm('vm-7'), undefined);
    assert.equal(sync.vm('vm-1')?.isTwin, false);
  });

  it('H05 lets go of a VM under whose handle another stands now', async () => {
    await using sync = await openSync(...vms(3));
    const id = sync.vm('vm-1')?.id ?? '';

    sync.platform.put(observe('vm', 'vm-1', 'another'));
    await readAgain(sync);

    assert.equal(sync.index.get('vm', id), undefined);
    assert.equal(sync.vm('vm-1')?.identity, 'another');
    assert.equal(sync.index.count('vm'), 3);
  });

  it('H01 lets go of a VM that was made a template, and knows it again when it is a VM again', async () => {
    await using sync = await openSync(...vms(3));
    const id = sync.vm('vm-1')?.id;

    sync.platform.remove('vm-1');
    sync.platform.put(observe('template', 'vm-1'));
    await readAgain(sync);
    const counts = [sync.index.count('vm'), sync.index.count('template')];
    sync.platform.remove('vm-1');
    sync.platform.put(observe('vm', 'vm-1'));
    await readAgain(sync);

    assert.deepEqual(counts, [2, 1]);
    assert.equal(sync.vm('vm-1')?.id, id);
    assert.equal(sync.index.count('template'), 0);
  });
});

describe('sync: single changes', () => {
  it('learns what changed, what is new and what moved', async () => {
    await using sync = await openSync(...vms(3));
    const id = sync.vm('vm-1')?.id;

    const power = observe('vm', 'vm-0', undefined, { power: 'off' });
    const moved = observe('vm', 'vm-11', 'identity-of-vm-1');
    sync.platform.put(power, moved, observe('vm', 'vm-5'));
    sync.platform.remove('vm-1');
    await sync.platform.tell(
      ...[power, moved, observe('vm', 'vm-5')].map(
        (object) => ({ change: 'seen', object }) as const,
      ),
      { change: 'gone', kind: 'vm', handle: 'vm-1' },
    );

    assert.equal(sync.vm('vm-0')?.body.power, 'off');
    assert.equal(sync.vm('vm-11')?.id, id);
    assert.equal(sync.index.count('vm'), 4);
  });

  it('H09 looks again before it believes that a VM is gone', async () => {
    await using sync = await openSync(...vms(3));
    const gone = { change: 'gone', kind: 'vm', handle: 'vm-1' } as const;

    await sync.platform.tell(gone);
    assert.equal(sync.index.count('vm'), 3);

    sync.platform.remove('vm-1');
    await sync.platform.tell(gone);
    assert.equal(sync.index.count('vm'), 2);
  });

  it('H04 looks at the other VM of an identity before it says that there are two', async () => {
    await using sync = await openSync(...vms(2));
    const copy = { ...observe('vm', 'vm-1'), handle: 'vm-7' };

    sync.platform.put(copy);
    await sync.platform.tell({ change: 'seen', object: copy });

    assert.deepEqual(sync.platform.reads, ['vm-1']);
    assert.deepEqual([sync.vm('vm-1')?.isTwin, sync.vm('vm-7')?.isTwin], [true, true]);
    sync.platform.remove('vm-7');
    await sync.platform.tell({ change: 'gone', kind: 'vm', handle: 'vm-7' });
    assert.deepEqual([sync.vm('vm-1')?.isTwin, sync.vm('vm-7')], [false, undefined]);
  });

  it('H05 lets go of a VM whose handle shows another identity', async () => {
    await using sync = await openSync(...vms(2));
    const other = observe('vm', 'vm-1', 'another');

    sync.platform.put(other);
    await sync.platform.tell({ change: 'seen', object: other });

    assert.equal(sync.index.count('vm'), 2);
    assert.equal(sync.vm('vm-1')?.identity, 'another');
  });
});

describe('sync: outage', () => {
  it('H10 keeps everything as last seen and says since when and why it fails', async () => {
    await using sync = await openSync(...vms(200));
    const seq = sync.index.changeSeq();

    sync.platform.faults.set('identify', away);
    sync.platform.failWait(away);
    await sync.rest.arrived();
    const first = await sync.state();
    await sync.goOn();
    await sync.goOn();

    const state = await sync.state();
    assert.deepEqual(
      [state?.errorCode, state?.errorFacts],
      ['not_reachable', { host: 'vc.example' }],
    );
    assert.ok(first?.failingSince);
    assert.deepEqual(state?.failingSince, first.failingSince);
    assert.equal(sync.index.count('vm'), 200);
    assert.equal(sync.index.changeSeq(), seq);
    assert.deepEqual(sync.platform.reads, []);
  });

  it('H10 still fails when it answers to its name and shows nothing', async () => {
    await using sync = await openSync(...vms(20));
    const broken = new OperationError('answer_not_understood', 'not_started');

    sync.platform.faults.set('snapshot', broken);
    sync.platform.failWait(broken);
    await sync.rest.arrived();
    const first = await sync.state();
    await sync.goOn();

    const state = await sync.state();
    assert.deepEqual(state?.failingSince, first?.failingSince);
    assert.equal(sync.index.count('vm'), 20);
  });

  it('tries again after 1 s, doubled up to 30 s, and soon after a wait that only broke', async () => {
    await using sync = await openSync(...vms(1));

    sync.platform.loseSession();
    await sync.rest.arrived();
    await sync.goOn();
    sync.platform.faults.set('identify', away);
    sync.platform.failWait(away);
    for (let count = 0; count < 7; count += 1) {
      await sync.rest.arrived();
      if (count < 6) await sync.goOn();
    }

    assert.deepEqual(sync.pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('says nothing of a failure any more once the estate was read again', async () => {
    await using sync = await openSync(...vms(2));
    sync.platform.faults.set('identify', away);
    sync.platform.failWait(away);
    await sync.rest.arrived();

    sync.platform.faults.clear();
    await sync.goOn();

    const state = await sync.state();
    assert.deepEqual(
      [state?.failingSince, state?.errorCode, state?.errorFacts],
      [null, null, null],
    );
  });
});
