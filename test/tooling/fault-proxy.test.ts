import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type FaultProxy, startFaultProxy } from '../helpers/peers/fault-proxy.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { login, postSoap, type SoapAnswer, toElement } from '../helpers/peers/soap-call.ts';
import { startVcsim, type Vcsim } from '../helpers/peers/vcsim.ts';

const estate = {
  datacenters: [{ api: 'Lab' }],
  hosts: [{ id: 'host-1001', name: 'esx1.test' }],
  datastores: [{ id: 'datastore-1011', api: 'shared-1' }],
  networks: [{ id: 'network-1021', kind: 'standard', api: 'office' }],
  vms: [{ id: 'vm-1102', api: 'web', host: 'esx1.test', datastore: 'shared-1' }],
};

interface Session extends AsyncDisposable {
  readonly vcsim: Vcsim;
  readonly proxy: FaultProxy;
  call(method: string, signal?: AbortSignal): Promise<SoapAnswer>;
  /** The VM's power state, asked past the proxy. */
  readPower(): Promise<string | undefined>;
  /** A task may outlast its call. */
  untilOn(): Promise<void>;
}

const collector = (paths: string) => {
  const propSet = `<propSet><type>VirtualMachine</type>${paths}</propSet>`;
  const objectSet = '<objectSet><obj type="VirtualMachine">vm-1102</obj></objectSet>';
  const inner = `<specSet>${propSet}${objectSet}</specSet><options></options>`;
  return toElement('RetrievePropertiesEx', 'PropertyCollector', 'propertyCollector', inner);
};
const elements: Readonly<Record<string, string>> = {
  CurrentTime: toElement('CurrentTime', 'ServiceInstance', 'ServiceInstance'),
  PowerOnVM_Task: toElement('PowerOnVM_Task', 'VirtualMachine', 'vm-1102'),
  RetrievePropertiesEx: collector('<all>true</all>'),
};

async function openSession(): Promise<Session> {
  await using stack = new AsyncDisposableStack();
  const vcsim = stack.use(await startVcsim({ estate }));
  const proxy = stack.use(
    await startFaultProxy({ upstream: vcsim.url, upstreamCaPem: vcsim.caPem }),
  );
  const cookie = await login(proxy.url, proxy.caPem, vcsim);
  const opened = stack.move();
  const readPower = async () => {
    const element = collector('<pathSet>runtime.powerState</pathSet>');
    const { body } = await postSoap({ ...vcsim, element, cookie });
    return /powered\w+/.exec(body)?.[0];
  };
  return {
    vcsim,
    proxy,
    call: (method, signal) =>
      postSoap({ ...proxy, element: elements[method] ?? '', cookie, ...(signal && { signal }) }),
    readPower,
    async untilOn() {
      while ((await readPower()) !== 'poweredOn') await pause(10);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const reset = { code: 'ECONNRESET' };

describe('the fault proxy', needsPeer('vcsim', 'openssl'), () => {
  it('passes calls, sessions and large answers unchanged, and records the methods', async () => {
    await using session = await openSession();
    const { vcsim, proxy } = session;

    const answer = await session.call('RetrievePropertiesEx');

    const cookie = await login(vcsim.url, vcsim.caPem, vcsim);
    const direct = await postSoap({
      ...vcsim,
      element: elements.RetrievePropertiesEx ?? '',
      cookie,
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.body, direct.body);
    assert.deepEqual(proxy.methods, ['Login', 'RetrievePropertiesEx']);
  });

  it('drops the answer after the server did the work', async () => {
    await using session = await openSession();
    session.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_answer' } });

    await assert.rejects(session.call('PowerOnVM_Task'), reset);

    await session.untilOn();
    assert.deepEqual(session.proxy.calls.at(-1)?.fault, 'drop_answer');
  });

  it('drops a request before the server sees it', async () => {
    await using session = await openSession();
    session.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_request' } });

    await assert.rejects(session.call('PowerOnVM_Task'), reset);

    assert.equal(await session.readPower(), 'poweredOff');
  });

  it('cuts an answer in the middle, in a kept connection too', async () => {
    await using session = await openSession();
    const { proxy, vcsim } = session;
    using agent = Object.assign(new Agent({ keepAlive: true }), {
      [Symbol.dispose]: () => agent.destroy(),
    });
    const cookie = await login(proxy.url, proxy.caPem, vcsim);
    const call = () =>
      postSoap({ ...proxy, cookie, agent, element: elements.RetrievePropertiesEx ?? '' });
    const whole = await call();
    proxy.add({ method: 'RetrievePropertiesEx', fault: { kind: 'cut_answer' } });

    await assert.rejects(call(), /aborted/);

    assert.equal((await call()).body, whole.body);
  });

  it('answers with a status in the place of the server, as often as said', async () => {
    await using session = await openSession();
    const fault = { kind: 'answer_status', status: 503 } as const;
    session.proxy.add({ method: 'CurrentTime', fault, times: 2, after: 1 });

    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await session.call('CurrentTime')).status);

    assert.deepEqual(statuses, [200, 503, 503, 200]);
  });

  it('delays a call on its way there or back', async () => {
    await using session = await openSession();
    for (const kind of ['delay_request', 'delay_answer'] as const) {
      session.proxy.add({ method: 'CurrentTime', fault: { kind, ms: 150 } });
      const started = performance.now();

      const { status } = await session.call('CurrentTime');

      assert.equal(status, 200);
      assert.ok(performance.now() - started >= 149);
    }
  });

  it('leaves a call without an answer until the client gives up', async () => {
    await using session = await openSession();
    const black = { kind: 'black_hole', reachesServer: true } as const;
    session.proxy.add({ method: 'PowerOnVM_Task', fault: black });

    const client = new AbortController();
    const calling = session.call('PowerOnVM_Task', client.signal);
    const givenUp = assert.rejects(calling, { name: 'AbortError' });
    await session.untilOn();
    client.abort();

    await givenUp;
  });

  it('refuses connections, and takes them again on the same port', async () => {
    await using session = await openSession();

    await session.proxy.refuseConnections();
    await assert.rejects(session.call('CurrentTime'), { code: 'ECONNREFUSED' });
    await session.proxy.acceptConnections();

    assert.equal((await session.call('CurrentTime')).status, 200);
  });

  it('strikes only calls that contain what the rule names, and tells of rules that struck none', async () => {
    await using session = await openSession();
    const rule = {
      ...{ method: '*', containing: 'vm-9999', fault: { kind: 'drop_request' } as const },
    };
    session.proxy.add(rule);

    assert.equal((await session.call('PowerOnVM_Task')).status, 200);

    assert.deepEqual(session.proxy.findUnused(), [rule]);
    session.proxy.clear();
    assert.deepEqual(session.proxy.findUnused(), []);
  });

  it('shows a server that is gone as a reset connection', async () => {
    await using session = await openSession();
    await session.vcsim[Symbol.asyncDispose]();

    await assert.rejects(session.call('CurrentTime'), reset);
  });
});
