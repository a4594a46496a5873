/** A host is known before its VMs are, in whatever order a platform shows them: what becomes of a VM is judged by it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostsFirst } from '#core/inventory/learn.ts';
import { observe } from './observe.ts';
import { openSync } from './open-sync.ts';

const vms = (count: number) => Array.from({ length: count }, (_, at) => observe('vm', `vm-${at}`));

describe('hosts', () => {
  it('are learned first of a full reading', async () => {
    await using sync = await openSync(...vms(60), observe('host', 'host-1'));

    const [first] = sync.reconciled;

    assert.ok(first?.writes.some(({ kind }) => kind === 'host'));
    assert.equal(sync.index.count('vm'), 60);
  });

  it('come before all else, which keeps its order', () => {
    const all = [...vms(2), observe('host', 'host-1'), observe('datastore', 'ds-1')];

    const handles = hostsFirst(all).map(({ handle }) => handle);

    assert.deepEqual(handles, ['host-1', 'vm-0', 'vm-1', 'ds-1']);
  });
});
