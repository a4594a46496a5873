/** Moves that the lab refuses as platforms do, each with the reason that its check gives beforehand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCode } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import { createMoving } from './moving.ts';
import { GIB, newCall, openTestLab, readAll } from './open-lab.ts';

const { signal } = newCall();

describe('what the lab refuses to move', () => {
  it('what does not fit the platform, the host or the VM; and check says the same beforehand', async () => {
    await using test = openTestLab();
    const { vc, hv, lab } = test;
    const on = { vc: createMoving(vc), hv: createMoving(hv) };
    lab.faults.changeByOthers('lab-vc', (it) => {
      it.fillDatastore('SAN-A', GIB);
      it.setHost('esx-04', { cpuVendor: 'amd' });
      it.setHost('esx-02', { memoryUsedBytes: 512 * GIB });
      it.moveVm('mail-02', { host: 'esx-01' });
      it.moveVm('mail-01', { host: 'esx-03' });
      it.moveVm('db-01', { host: 'esx-03' });
    });
    lab.faults.changeByOthers('lab-hv', (it) => it.setPower('dc-01', 'on'));
    const cases: readonly (readonly [
      'vc' | 'hv',
      string,
      Parameters<typeof on.vc.move>[1],
      ErrorCode,
    ])[] = [
      ['vc', 'web-01', { way: 'quick', host: 'esx-01' }, 'not_supported'],
      ['hv', 'dc-01', { host: 'hv-04', datastore: 'CSV2' }, 'not_supported'],
      ['vc', 'web-01', {}, 'request_invalid'],
      ['vc', 'web-01', { host: 'esx-03' }, 'request_invalid'],
      ['vc', 'web-01', { host: 'esx-05' }, 'host_unavailable'],
      ['vc', 'web-01', { host: 'esx-08' }, 'host_unavailable'],
      ['vc', 'mon-01', { host: 'esx-01' }, 'platform_refused'],
      ['vc', 'web-01', { host: 'esx-04' }, 'platform_refused'],
      ['vc', 'mail-01', { host: 'esx-06' }, 'network_unavailable'],
      ['vc', 'web-01', { datastore: 'local-esx-01' }, 'datastore_unavailable'],
      ['vc', 'db-01', { datastore: 'SAN-A' }, 'not_enough_space'],
      ['vc', 'web-01', { host: 'esx-02' }, 'not_enough_memory'],
      ['vc', 'mail-01', { host: 'esx-01' }, 'platform_refused'],
    ];

    for (const [which, name, names, code] of cases) {
      const said = `${name} ${JSON.stringify(names)}`;
      const { move, ref, wish } = on[which];
      await assert.rejects(move(name, names), { code, end: 'refused' }, said);
      const facet = test[which].migration;
      const findings = await facet.check(await ref('vm', name), await wish(names), signal);
      assert.ok(
        findings.some(({ severity, words }) => severity === 'error' && words.length > 10),
        said,
      );
      assert.ok(!findings.some(({ words }) => words.includes('undefined')), said);
    }
    assert.deepEqual(lab.history(), []);
  });

  it('what moves under way are going to take, of memory and of a datastore', async () => {
    await using test = openTestLab();
    const { lab, clock, vc } = test;
    const { move } = createMoving(vc);
    lab.faults.changeByOthers(vc.id, (it) => {
      for (const vm of ['db-01', 'db-02', 'db-03']) it.moveVm(vm, { host: 'esx-03' });
      it.setHost('esx-01', { memoryBytes: 512 * GIB, memoryUsedBytes: 412 * GIB });
      it.fillDatastore('SAN-A', 60 * GIB);
      it.moveVm('web-02', { host: 'esx-02' });
    });
    await move('db-01', { host: 'esx-01' });
    await move('web-02', { datastore: 'SAN-A' });

    await assert.rejects(move('db-02', { host: 'esx-01' }), { code: 'not_enough_memory' });
    await assert.rejects(move('web-03', { datastore: 'SAN-A' }), { code: 'not_enough_space' });
    clock.advance(600_000);
    await assert.rejects(move('db-02', { host: 'esx-01' }), { code: 'not_enough_memory' });
    await assert.rejects(move('web-03', { datastore: 'SAN-A' }), { code: 'not_enough_space' });
  });

  it('H09 a VM of which nothing can be asked: check finds that alone', async () => {
    await using test = openTestLab();
    const { vc } = test;
    const away = (await readAll(vc)).find((it) => it.kind === 'vm' && !it.body.isReachable);
    const vm = { ...away, connectionId: vc.id, kind: 'vm' } as unknown as ObjectRef;
    const wish: MoveWish = { way: 'live', host: await test.ref('host', 'esx-06') };

    const findings = await vc.migration.check(vm, wish, signal);

    assert.deepEqual(
      findings.map(({ severity, code }) => [severity, code]),
      [['error', 'HostNotConnected']],
    );
    await assert.rejects(vc.migration.move(vm, wish, newCall()), { code: 'host_unavailable' });
  });

  it('and it warns of a rule that is a wish', async () => {
    await using test = openTestLab();
    const { lab, vc } = test;
    const { ref, wish } = createMoving(vc);
    lab.faults.changeByOthers('lab-vc', (it) => {
      it.moveVm('mq-01', { host: 'esx-01' });
      it.moveVm('mq-02', { host: 'esx-02' });
    });

    const vm = await ref('vm', 'mq-01');
    const findings = await vc.migration.check(vm, await wish({ host: 'esx-02' }), signal);

    assert.deepEqual(
      findings.map(({ severity, words }) => [severity, words]),
      [['warning', 'The move breaks the rule queues apart.']],
    );
  });
});
