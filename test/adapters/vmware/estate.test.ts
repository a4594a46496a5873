import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VcenterConfig } from '#adapters/vmware/config.ts';
import { createSession } from '#adapters/vmware/session.ts';
import { createSoapClient } from '#adapters/vmware/soap/soap-client.ts';
import { createTlsAgent } from '#adapters/vmware/soap/tls-agent.ts';
import { toWire, toWireRef } from '#adapters/vmware/soap/to-wire.ts';
import type { EstateChange } from '#core/ports/connection.ts';
import { eventually } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  findByHandle,
  type OpenedVcenter,
  openVcenter,
  patience,
  readAll,
  readVm,
  untilSeen,
} from './open-vcenter.ts';
import { SMALL_ESTATE } from './small-estate.ts';

describe('the estate of a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('is read in pages, hosts and networks before VMs', async () => {
    await using opened = await openVcenter({ config: { pageSize: 10 }, estate: withFillers(30) });
    const kinds: string[] = [];
    let largest = 0;

    await opened.connection.estate.snapshot(async (page) => {
      largest = Math.max(largest, page.length);
      kinds.push(...page.map(({ kind }) => (kind === 'template' ? 'vm' : kind)));
    }, patience());

    assert.ok(largest > 1 && largest <= 10);
    assert.equal(kinds.filter((kind) => kind === 'vm').length, 30 + SMALL_ESTATE.vms.length);
    assert.equal(kinds.lastIndexOf('network') < kinds.indexOf('vm'), true);
    assert.ok(opened.proxy.methods.includes('ContinueRetrievePropertiesEx'));
  });

  it('is asked for ahead: VMs before the rest is told, the next page while one is told', async () => {
    const config = { pageSize: 40 };
    await using opened = await openVcenter({ config, estate: withFillers(50) });
    const count = (method: string) => opened.proxy.methods.filter((it) => it === method).length;
    await readAll(opened.connection);
    const asked = count('RetrievePropertiesEx');
    const continued = count('ContinueRetrievePropertiesEx');
    const kinds = new Set<string>();
    const signal = patience();
    const seeAsked = (method: string, times: number) =>
      eventually(() => {
        signal.throwIfAborted();
        return count(method) === times;
      });

    await opened.connection.estate.snapshot(async ([first]) => {
      kinds.add(first?.kind ?? '');
      await seeAsked('RetrievePropertiesEx', 2 * asked);
      if (first?.kind === 'vm') await seeAsked('ContinueRetrievePropertiesEx', 2 * continued);
    }, signal);

    assert.ok(kinds.has('vm') && kinds.size > 1);
  });

  it('gives folders their path below the root', async () => {
    await using opened = await openVcenter();

    const all = await readAll(opened.connection);

    const paths = all.flatMap((it) => (it.kind === 'folder' ? [it.body.path] : []));
    assert.deepEqual(paths.toSorted(), ['/', '/prod', '/prod/web']);
    const web = findByHandle(all, 'vm', 'vm-1102').body;
    const folder = all.find((it) => it.kind === 'folder' && it.body.path === '/prod/web');
    assert.equal(web.folderHandle, folder?.handle);
  });

  it('H19 knows a disk file that two VMs use, whichever page they come on', async () => {
    await using opened = await openVcenter({ estate: withFillers(30), config: { pageSize: 10 } });
    await shareDisk(opened);

    const all = await readAll(opened.connection);

    const told = all.filter(({ handle }) => handle === 'vm-1104');
    assert.equal(told.at(-1)?.kind, 'vm');
    const shared = (handle: string) => {
      const last = all.findLast((it) => it.handle === handle);
      return last?.kind === 'vm' ? last.body.disks.map((disk) => disk.shared) : [];
    };
    assert.deepEqual(shared('vm-1104'), [true, false]);
    assert.equal(shared('vm-1105').at(-1), true);
    assert.equal((await readVm(opened, 'vm-1104'))?.body.disks[0]?.shared, true);
  });

  it('H19 does not call a disk unshared before it has looked at every VM', async () => {
    await using opened = await openVcenter();

    const vm = await readVm(opened, 'vm-1104');

    assert.deepEqual(
      vm?.body.disks.map(({ shared }) => shared),
      [undefined, undefined],
    );
  });

  it('tells what changed: renamed, new, moved, made a template, deleted', async () => {
    await using opened = await openVcenter({ config: { pageSize: 10 } });
    await using following = await follow(opened);
    const anna = (method: string, handle: string, args = {}) =>
      opened.vcsim.control('as', { user: 'CORP\\anna', method, this: handle, args });

    await anna('Rename_Task', 'vm-1105', { newName: 'idle/2' });
    await following.until((it) => it.change === 'seen' && it.object.body.name === 'idle/2');
    await opened.vcsim.control('estate', { vms: [{ id: 'vm-9001', api: 'late' }] });
    await following.until((it) => it.change === 'seen' && it.object.handle === 'vm-9001');
    await anna('MarkAsTemplate', 'vm-1105');
    await following.until(
      (it) =>
        it.change === 'seen' && it.object.handle === 'vm-1105' && it.object.kind === 'template',
    );
    await anna('Destroy_Task', 'vm-9001');
    await following.until((it) => it.change === 'gone' && it.handle === 'vm-9001');
    await opened.vcsim.control('host', { host: 'host-1002', state: 'notResponding' });
    await following.until(
      (it) =>
        it.change === 'seen' &&
        it.object.kind === 'host' &&
        it.object.body.state === 'not_responding',
    );
  });

  it('tells the new path of every folder below one that was renamed', async () => {
    await using opened = await openVcenter();
    await using following = await follow(opened);
    const args = { newName: 'production' };
    const by = { user: 'CORP\\anna', method: 'Rename_Task', this: 'prod' };
    const folder = (await readAll(opened.connection)).find(
      (it) => it.kind === 'folder' && it.body.path === '/prod',
    );

    await opened.vcsim.control('as', { ...by, this: folder?.handle, args });

    await following.until(
      (it) =>
        it.change === 'seen' &&
        it.object.kind === 'folder' &&
        it.object.body.path === '/production/web',
    );
  });

  it('tells what happened between the snapshot and the following', async () => {
    await using opened = await openVcenter();
    const mark = await opened.connection.estate.snapshot(async () => {}, patience());
    const by = { user: 'CORP\\anna', method: 'Destroy_Task', args: {} };
    await opened.vcsim.control('as', { ...by, this: 'vm-1105' });

    await using following = await follow(opened, mark);

    await following.until((it) => it.change === 'gone' && it.handle === 'vm-1105');
  });

  it('H09 says gone only once the platform says so of the object itself', async () => {
    await using opened = await openVcenter();
    const mark = await opened.connection.estate.snapshot(async () => {}, patience());
    const by = { user: 'CORP\\anna', method: 'Destroy_Task', args: {} };
    await opened.vcsim.control('as', { ...by, this: 'vm-1105' });
    const told: EstateChange[] = [];
    opened.proxy.add({
      method: 'RetrievePropertiesEx',
      containing: 'vm-1105',
      fault: { kind: 'cut_answer', afterBytes: 20 },
    });

    const following = opened.connection.estate.changes(
      mark,
      async (changes) => void told.push(...changes),
      patience(),
    );

    await assert.rejects(following, { code: 'no_answer' });
    assert.ok(!told.some(({ change }) => change === 'gone'));
  });

  for (const fault of ['InvalidCollectorVersion', 'NotAuthenticated']) {
    it(`takes a new snapshot after ${fault}`, async () => {
      await using opened = await openVcenter();
      const mark = await opened.connection.estate.snapshot(async () => {}, patience());
      await opened.vcsim.control('rule', { method: 'WaitForUpdatesEx', fault });

      const following = opened.connection.estate.changes(mark, async () => {}, patience());

      await assert.rejects(following, { code: 'session_lost', end: 'not_started' });
      await using again = await follow(opened);
      assert.ok(again);
    });
  }

  it('ends a wait at once when it is told to, and takes its collector away', async () => {
    await using opened = await openVcenter({ config: { waitSeconds: 60 } });
    const end = new AbortController();
    const mark = await opened.connection.estate.snapshot(async () => {}, patience());
    const following = opened.connection.estate.changes(mark, async () => end.abort(), end.signal);

    await following;

    assert.equal(opened.proxy.methods.at(-1), 'DestroyPropertyCollector');
  });
});

function withFillers(count: number): object {
  const more = Array.from({ length: count }, (_, n) => ({ api: `filler-${n}` }));
  return { ...SMALL_ESTATE, vms: [...SMALL_ESTATE.vms, ...more] };
}

/** Puts the first disk of vm-1104 into vm-1105 as well. */
async function shareDisk(opened: OpenedVcenter): Promise<void> {
  const { proxy, vcsim } = opened;
  const limits = { connectTimeoutMs: 5_000, answerTimeoutMs: 5_000 };
  const agent = createTlsAgent({ ca: proxy.caPem, maxConnections: 2 });
  const soap = createSoapClient({ url: proxy.url, agent, ...limits });
  const { user, password, url } = vcsim;
  const config = VcenterConfig.parse({ id: 'other', kind: 'vcenter', url, user, password });
  const backing = {
    _type: 'VirtualDiskFlatVer2BackingInfo',
    fileName: '[shared-1] two-disks/two-disks.vmdk',
    diskMode: 'persistent',
  };
  const at = { key: -1, controllerKey: 1000, unitNumber: 1, capacityInKB: 10 * 2 ** 20 };
  const device = { _type: 'VirtualDisk', backing, ...at };
  const spec = toWire('VirtualMachineConfigSpec', {
    deviceChange: [{ operation: 'add', device }],
  });
  const args = { _this: toWireRef({ type: 'VirtualMachine', value: 'vm-1105' }), spec };
  const session = createSession(soap, config);
  await session.run(
    () => soap.call({ operation: 'ReconfigVM_Task', args, signal: patience() }),
    patience(),
  );
  await session.end(patience());
  agent.destroy();
  // The task may outlast the call.
  await untilSeen(
    () => readVm(opened, 'vm-1105'),
    (vm) => vm?.body.disks.some(({ file }) => file === backing.fileName) === true,
  );
}

interface Following extends AsyncDisposable {
  until(fits: (change: EstateChange) => boolean): Promise<void>;
}

/** Follows changes until it is disposed of. */
async function follow(opened: OpenedVcenter, since?: string): Promise<Following> {
  const { estate } = opened.connection;
  const mark = since ?? (await estate.snapshot(async () => {}, patience()));
  const end = new AbortController();
  const seen: EstateChange[] = [];
  let wake = () => {};
  const done = estate.changes(
    mark,
    async (changes) => {
      seen.push(...changes);
      wake();
    },
    end.signal,
  );
  return {
    until: async (fits) => {
      const patient = patience();
      while (!seen.some(fits)) {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        wake = resolve;
        patient.addEventListener('abort', () => reject(new Error('never told')));
        await Promise.race([promise, done.then(() => reject(new Error('ended')))]);
      }
    },
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await done;
    },
  };
}
