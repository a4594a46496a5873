import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { FROM, openMoving, readMark, refHosts, TO } from './open-moving.ts';
import { carryOut, newCall, patience, untilSeen } from './open-vcenter.ts';

const STAY = { drain: false };
const LEAVE = { failback: false };

describe('maintenance that a vCenter refuses or cuts', needsPeer('vcsim', 'openssl'), () => {
  it('H18 leaves the mark where the platform does not let it be cancelled', async () => {
    await using opened = await openMoving();
    const { maintenance, vcsim } = opened;
    const [host] = await refHosts(opened, FROM);
    await maintenance.mark(host, STAY, newCall());
    await vcsim.control('rule', { method: 'CancelTask', fault: 'NoPermission', when: 'call' });

    const leaving = maintenance.unmark(host, LEAVE, newCall());

    await assert.rejects(leaving, { code: 'not_permitted_on_platform', end: 'refused' });
    assert.equal(await readMark(opened, host), 'entering');
  });

  const silences = [
    ['of the task', { method: 'CreatePropertyCollector' }],
    ['of the host', { method: 'RetrievePropertiesEx', after: 1 }],
  ] as const;
  for (const [what, calls] of silences) {
    it(`H13 is unknown when nothing is heard ${what} after the cancel was taken`, async () => {
      await using opened = await openMoving();
      const { maintenance, proxy } = opened;
      const [host] = await refHosts(opened, FROM);
      await maintenance.mark(host, STAY, newCall());
      const fault = { kind: 'drop_answer' } as const;
      proxy.add({ ...calls, fault, times: Number.POSITIVE_INFINITY });

      const leaving = maintenance.unmark(host, LEAVE, newCall());

      await assert.rejects(leaving, { code: 'no_answer', end: 'unknown' });
      proxy.clear();
      await untilSeen(
        () => readMark(opened, host),
        (mark) => mark === 'none',
      );
    });
  }

  it('is refused with the code of the platform’s fault', async () => {
    await using opened = await openMoving();
    const { maintenance, vcsim, host } = opened;
    const faults = [
      ['NoPermission', 'not_permitted_on_platform', 'refused'],
      ['InvalidState', 'platform_refused', 'refused'],
      ['Timedout', 'no_answer', 'unknown'],
      ['SystemError', 'platform_refused', 'unknown'],
    ] as const;
    for (const [fault, code, end] of faults) {
      await vcsim.control('rule', { method: 'EnterMaintenanceMode_Task', fault, when: 'before' });

      const failing = carryOut(opened, (call) => maintenance.mark(host, STAY, call));

      await assert.rejects(failing, (error: OperationError) => {
        assert.deepEqual([error.code, error.end, error.facts.fault], [code, end, fault]);
        return true;
      });
    }
    assert.equal(await readMark(opened, host), 'none');
  });

  it('logs in again once when the session ends between look and order', async () => {
    await using opened = await openMoving();
    const { maintenance, vcsim, host, proxy } = opened;
    const fault = { fault: 'NotAuthenticated', when: 'call' };
    await vcsim.control('rule', { method: 'EnterMaintenanceMode_Task', ...fault });

    await carryOut(opened, (call) => maintenance.mark(host, STAY, call));

    assert.equal(await readMark(opened, host), 'in');
    assert.equal(proxy.methods.filter((method) => method === 'Login').length, 2);
  });

  it('H09 calls no host free whose tasks are not shown, nor one that is away', async () => {
    await using opened = await openMoving();
    const { maintenance, host, vcsim } = opened;
    const [away] = await refHosts(opened, 'host-1007');
    await vcsim.control('set', { object: TO, hide: ['recentTask'] });

    const dark = { code: 'object_unreadable', end: 'not_started' };
    await assert.rejects(maintenance.read(host, patience()), dark);
    await assert.rejects(maintenance.mark(host, STAY, newCall()), dark);
    const silent = { code: 'host_unavailable', end: 'not_started' };
    await assert.rejects(maintenance.read(away, patience()), silent);
    await assert.rejects(maintenance.unmark(away, LEAVE, newCall()), silent);
    assert.ok(!opened.proxy.methods.includes('EnterMaintenanceMode_Task'));
  });
});
