import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { OperationError } from '#core/errors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { startVcsim } from '#test/helpers/peers/vcsim.ts';
import {
  connectTo,
  HASTY,
  newCall,
  openVcenter,
  patience,
  readAll,
  refVm,
} from './open-vcenter.ts';

describe('the way to a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('says which installation it is', async () => {
    await using opened = await openVcenter();

    const { identity, product } = await opened.connection.estate.identify(patience());

    assert.match(identity, /^[0-9a-f-]{36}$/);
    assert.match(product, /^VMware vCenter Server /);
  });

  it('does not take a lone ESXi host for a vCenter', async () => {
    await using vcsim = await startVcsim({ esxi: true });
    const connection = connectTo(vcsim, vcsim);

    await assert.rejects(connection.estate.identify(patience()), { code: 'not_supported' });

    await connection.close();
  });

  it('B38 says not reachable, never gone or off, when the connection is refused', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1105');
    await opened.proxy.refuseConnections();
    const unreachable = { code: 'not_reachable', end: 'not_started' };

    await assert.rejects(opened.connection.estate.read(vm, patience()), unreachable);
    await assert.rejects(opened.power.start(vm, newCall()), unreachable);
    await assert.rejects(opened.connection.estate.identify(patience()), unreachable);
    await assert.rejects(readAll(opened.connection), unreachable);
  });

  it('B38 says so of a server that takes the connection and never answers', async () => {
    await using opened = await openVcenter({ config: HASTY });
    opened.proxy.add({ method: '*', fault: { kind: 'black_hole' }, times: Infinity });

    const failing = opened.connection.estate.identify(patience());

    await assert.rejects(failing, { code: 'no_answer', end: 'not_started' });
  });

  it('B38 goes on when the server is back', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1105');
    await opened.proxy.refuseConnections();
    await assert.rejects(opened.connection.estate.read(vm, patience()));

    await opened.proxy.acceptConnections();

    assert.ok(await opened.connection.estate.read(vm, patience()));
  });

  it('B38 asks with a wrong password once, not again and again', async () => {
    await using opened = await openVcenter();
    const { proxy, vcsim } = opened;
    const connection = connectTo(proxy, { user: vcsim.user, password: 'wrong' });
    for (let tries = 0; tries < 3; tries += 1) {
      const failing = connection.estate.identify(patience());

      await assert.rejects(failing, { code: 'login_refused', end: 'not_started' });
    }

    assert.equal(proxy.methods.filter((method) => method === 'Login').length, 1);
    await connection.close();
  });

  it('trusts no certificate that nobody it knows vouches for', async () => {
    await using opened = await openVcenter();
    const { proxy, vcsim } = opened;
    const other = await makeThrowAwayCertificate();
    const connection = connectTo({ url: proxy.url, caPem: other.cert }, vcsim);

    const failing = connection.estate.identify(patience());

    await assert.rejects(failing, { code: 'certificate_not_trusted', end: 'not_started' });
    assert.deepEqual(proxy.calls, []);
  });

  it('lesson S17: verifies also where the environment says not to', async () => {
    await using opened = await openVcenter();
    const { proxy, vcsim } = opened;
    const other = await makeThrowAwayCertificate();
    const connection = connectTo({ url: proxy.url, caPem: other.cert }, vcsim);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

    const failing = connection.estate.identify(patience());

    await assert
      .rejects(failing, { code: 'certificate_not_trusted', end: 'not_started' })
      .finally(() => {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      });
    assert.deepEqual(proxy.calls, []);
  });

  it('refuses an authority’s file without a certificate: Node would trust the system’s', async () => {
    await using opened = await openVcenter();
    const { proxy, vcsim } = opened;

    for (const caPem of ['', 'nothing', vcsim.caPem.replace(/[a-z]/g, 'A')])
      assert.throws(() => connectTo({ url: proxy.url, caPem }, vcsim), /ca\.pem holds/);
  });

  it('trusts a pinned thumbprint alone, and sends nothing to another server', async () => {
    await using opened = await openVcenter();
    const { proxy, vcsim } = opened;
    const thumbprint = vcsim.thumbprint;
    const right = connectTo(vcsim, vcsim, { thumbprint, caFile: undefined });
    const wrong = connectTo(proxy, vcsim, { thumbprint, caFile: undefined });

    const { product } = await right.estate.identify(patience());
    const failing = wrong.estate.identify(patience());

    assert.ok(product);
    await assert.rejects(failing, { code: 'certificate_not_trusted', end: 'not_started' });
    assert.deepEqual(proxy.calls, []);
    await Promise.all([right.close(), wrong.close()]);
  });

  it('logs in once for all who come at once, and again in silence after the session ended', async () => {
    await using opened = await openVcenter();
    const { connection, proxy, vcsim } = opened;
    const read = () => connection.estate.read({ kind: 'vm', handle: 'vm-1105' }, patience());
    const countLogins = () => proxy.methods.filter((method) => method === 'Login').length;

    await Promise.all([read(), read(), read()]);
    assert.equal(countLogins(), 1);
    await vcsim.control('expire');
    const vms = await Promise.all([read(), read(), read()]);

    assert.ok(vms.every(Boolean));
    assert.equal(countLogins(), 2);
  });

  it('reads the whole estate when the session ends between two pages', async () => {
    await using opened = await openVcenter({ config: { pageSize: 10 } });
    const whole = await readAll(opened.connection);
    await opened.vcsim.control('rule', {
      method: 'ContinueRetrievePropertiesEx',
      fault: 'NotAuthenticated',
    });

    const again = await readAll(opened.connection);

    const handles = new Set(again.map(({ handle }) => handle));
    assert.equal(handles.size, whole.length);
  });

  it('logs out when it is closed, and is done within a second when it cannot', async () => {
    await using opened = await openVcenter();
    await opened.connection.estate.identify(patience());
    const other = connectTo(opened.proxy, opened.vcsim);
    await other.estate.identify(patience());

    await opened.connection.close();
    opened.proxy.add({ method: 'Logout', fault: { kind: 'black_hole' } });
    // By a timer of this process: a machine that stands still holds both up.
    const late = pause(1_500, 'late', { ref: false });
    const end = await Promise.race([other.close().then(() => 'closed'), late]);

    assert.ok(opened.proxy.methods.includes('Logout'));
    assert.equal(end, 'closed');
  });

  it('puts no password, cookie, request or answer into an error', async () => {
    await using opened = await openVcenter({ config: HASTY });
    const { connection, proxy, vcsim, power } = opened;
    const vm = await refVm(opened, 'vm-1105');
    const session = /vmware_soap_session[^;]*/;
    const failures: OperationError[] = [];
    const fail = async (failing: Promise<unknown>) => {
      await failing.catch((error) => failures.push(error));
    };

    for (const kind of ['drop_answer', 'cut_answer', 'black_hole', 'drop_request'] as const) {
      proxy.add({ method: 'PowerOnVM_Task', fault: { kind } });
      await fail(power.start(vm, newCall()));
    }
    for (const afterBytes of [30, 400]) {
      const strange = connectTo(proxy, vcsim);
      proxy.add({ method: 'Login', fault: { kind: 'cut_answer', afterBytes } });
      await fail(strange.estate.identify(patience()));
      await strange.close();
    }
    const wrong = connectTo(proxy, { user: vcsim.user, password: 'wr0ng-Pa55word' });
    await fail(wrong.estate.identify(patience()));
    await wrong.close();

    assert.ok(failures.length >= 6);
    for (const error of failures) {
      const all = inspect(error, { depth: 20, showHidden: true, getters: true });
      assert.doesNotMatch(all, session);
      assert.doesNotMatch(all, /:Envelope|wr0ng/);
      assert.ok(!all.includes(vcsim.password));
    }
    const shown = inspect(connection, { depth: 20, showHidden: true });
    assert.ok(!shown.includes(vcsim.password));
  });
});
