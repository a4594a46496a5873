import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { newCall, type OpenedVcenter, openVcenter, patience, refVm } from './open-vcenter.ts';
import { SMALL_ESTATE } from './small-estate.ts';

const VMS = ['vm-1104', 'vm-1105', 'vm-1201', 'vm-1202', 'vm-1203'];
const SLOW = { PowerOnVM_Task: 600 };

describe('tasks of a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('follows many with one wait, and takes it away after the last', async () => {
    await using opened = await openWithVms();
    const tasks = await startAll(opened);
    const percents: number[] = [];

    await Promise.all(
      tasks.map((task) =>
        opened.tasks.follow(
          task,
          newCall({ onProgress: (percent) => void percents.push(percent) }),
        ),
      ),
    );

    const count = (method: string) => opened.proxy.methods.filter((it) => it === method).length;
    assert.equal(count('CreatePropertyCollector'), 1);
    assert.equal(count('CreateFilter'), VMS.length);
    assert.ok(count('WaitForUpdatesEx') < 10 * VMS.length);
    assert.ok(percents.some((percent) => percent > 0 && percent < 100));
    await opened.connection.close();
    assert.equal(count('DestroyPropertyCollector'), 1);
  });

  it('tells two followers of one task the same end', async () => {
    await using opened = await openWithVms();
    const [task = ''] = await startAll(opened);

    await Promise.all([opened.tasks.follow(task, newCall()), opened.tasks.follow(task, newCall())]);

    assert.equal(opened.proxy.methods.filter((method) => method === 'CreateFilter').length, 1);
  });

  it('follows a task that ended before', async () => {
    await using opened = await openWithVms({ PowerOnVM_Task: 0 });
    const [task = ''] = await startAll(opened);

    await opened.tasks.follow(task, newCall());
    await opened.tasks.follow(task, newCall());
  });

  it('goes on following after the session ended', async () => {
    await using opened = await openWithVms();
    const tasks = await startAll(opened);
    const following = tasks.map((task) => opened.tasks.follow(task, newCall()));
    await untilSent(opened, 'WaitForUpdatesEx');

    await opened.vcsim.control('expire');

    await Promise.all(following);
  });

  it('goes on following after one answer is lost or cut', async () => {
    await using opened = await openWithVms();
    for (const kind of ['drop_answer', 'cut_answer'] as const) {
      opened.proxy.add({ method: 'WaitForUpdatesEx', fault: { kind }, after: 1 });
    }
    const tasks = await startAll(opened);

    await Promise.all(tasks.map((task) => opened.tasks.follow(task, newCall())));

    assert.deepEqual(opened.proxy.findUnused(), []);
  });

  it('goes on following after as many breaks as may not come in a row', async () => {
    await using opened = await openWithVms({ PowerOnVM_Task: 4000 });
    for (const after of [1, 1, 1, 1]) {
      const fault = { kind: 'cut_answer' } as const;
      opened.proxy.add({ method: 'WaitForUpdatesEx', fault, after });
    }
    const [task = ''] = await startAll(opened);

    await opened.tasks.follow(task, newCall());

    assert.deepEqual(opened.proxy.findUnused(), []);
  });

  it('learns the end of a task of which no update comes', async () => {
    await using opened = await openWithVms(SLOW, { waitSeconds: 1 });
    const [task = ''] = await startAll(opened);
    const following = opened.tasks.follow(task, newCall());
    // The second one: the first has been answered, so the server knows the filter.
    await untilSent(opened, 'WaitForUpdatesEx', 2);

    assert.deepEqual(await opened.vcsim.control('deaf'), { forgotten: 1 });

    await following;
  });

  it('H13 is unknown when the server is gone, never failed', async () => {
    await using opened = await openWithVms();
    const [task = ''] = await startAll(opened);
    const following = opened.tasks.follow(task, newCall());
    const failing = assert.rejects(following, { code: 'not_reachable', end: 'unknown' });
    await untilSent(opened, 'WaitForUpdatesEx');

    await opened.proxy.refuseConnections();

    await failing;
  });

  it('stops waiting for one, and follows the others to their end', async () => {
    await using opened = await openWithVms();
    const [first = '', second = ''] = await startAll(opened);
    const leave = new AbortController();
    const left = opened.tasks.follow(first, newCall({ signal: leave.signal }));
    const kept = opened.tasks.follow(second, newCall());

    leave.abort();

    await assert.rejects(left, { code: 'cancelled', end: 'unknown' });
    await kept;
  });

  it('cancels a task; the task’s end says what came of it', async () => {
    await using opened = await openWithVms();
    const [task = ''] = await startAll(opened);
    const following = opened.tasks.follow(task, newCall());

    await opened.tasks.cancel(task, patience());

    await assert.rejects(following, { code: 'cancelled_on_platform', end: 'refused' });
  });

  it('is refused to cancel a task that has ended', async () => {
    await using opened = await openWithVms({ PowerOnVM_Task: 0 });
    const [task = ''] = await startAll(opened);
    await opened.tasks.follow(task, newCall());

    await assert.rejects(opened.tasks.cancel(task, patience()), { end: 'refused' });
  });
});

function openWithVms(
  taskDelayMs: Record<string, number> = SLOW,
  config: { readonly waitSeconds?: number } = {},
): Promise<OpenedVcenter> {
  const more = VMS.slice(2).map((id) => ({ id, api: `more-${id}` }));
  const estate = { ...SMALL_ESTATE, vms: [...SMALL_ESTATE.vms, ...more] };
  return openVcenter({ estate, taskDelayMs, config });
}

async function startAll(opened: OpenedVcenter): Promise<readonly string[]> {
  const vms = await Promise.all(VMS.map((handle) => refVm(opened, handle)));
  return Promise.all(vms.map(async (vm) => (await opened.power.start(vm, newCall())) ?? ''));
}

async function untilSent({ proxy }: OpenedVcenter, method: string, times = 1): Promise<void> {
  const count = () => proxy.methods.filter((it) => it === method).length;
  while (count() < times) await new Promise(setImmediate);
}
