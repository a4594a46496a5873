import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { readBackVms } from '../helpers/peers/pyvmomi.ts';
import { login, postSoap, toElement } from '../helpers/peers/soap-call.ts';
import { startVcsim } from '../helpers/peers/vcsim.ts';
import { findVimFaults } from '../helpers/peers/vim-xsd.ts';

const estate = {
  datacenters: [{ api: 'Lab' }],
  hosts: [{ id: 'host-1001', name: 'esx1.test' }],
  datastores: [{ id: 'datastore-1011', api: 'shared-1' }],
  networks: [{ id: 'network-1021', kind: 'standard', api: 'office' }],
  vms: [
    {
      ...{ id: 'vm-1102', api: 'web', host: 'esx1.test', datastore: 'shared-1', cpus: 2 },
      ...{ memoryMiB: 2048, powerState: 'poweredOn', nics: [{ network: 'office' }] },
    },
  ],
};

describe('vcsim', needsPeer('vcsim'), () => {
  it('answers under its own certificate and only to its own user', async () => {
    await using vcsim = await startVcsim();
    const content = toElement('RetrieveServiceContent', 'ServiceInstance', 'ServiceInstance');

    const answer = await postSoap({ ...vcsim, element: content });

    assert.match(answer.body, /<apiType>VirtualCenter<\/apiType>/);
    assert.match(vcsim.thumbprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.ok(await login(vcsim.url, vcsim.caPem, vcsim));
    await assert.rejects(
      login(vcsim.url, vcsim.caPem, { user: vcsim.user, password: 'wrong' }),
      /login refused/,
    );
  });

  it('takes faults to order by its controls', async () => {
    await using vcsim = await startVcsim({ estate });
    const cookie = await login(vcsim.url, vcsim.caPem, vcsim);
    const element = toElement('CurrentTime', 'ServiceInstance', 'ServiceInstance');
    await vcsim.control('rule', { method: 'CurrentTime', drop: true });

    await assert.rejects(postSoap({ ...vcsim, element, cookie }), { code: 'ECONNRESET' });
    const answer = await postSoap({ ...vcsim, element, cookie });

    assert.equal(answer.status, 200);
    await assert.rejects(vcsim.control('host', { host: 'esx9.test' }), /control host: .*esx9/);
  });

  it('starts again on the port where it stood', async () => {
    const first = await startVcsim();
    await first[Symbol.asyncDispose]();

    await using second = await startVcsim({ port: Number(new URL(first.url).port) });

    assert.equal(second.url, first.url);
  });

  it('ends with the process that started it, even by kill -9', async () => {
    const source = `
      import { startVcsim } from '#test/helpers/peers/vcsim.ts';
      console.log((await startVcsim()).pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', source], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');

    parent.kill('SIGKILL');
    await once(parent.stdout, 'close'); // vcsim's own output goes elsewhere; this is the parent's end
    await waitForEnd(Number(line));

    assert.throws(() => process.kill(Number(line), 0), { code: 'ESRCH' });
  });
});

/** Waits at most 5 seconds for a process that is no child of ours. */
async function waitForEnd(pid: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const deadline = performance.now() + 5000;
  const timer = setInterval(() => {
    try {
      process.kill(pid, 0);
      if (performance.now() > deadline) resolve();
    } catch {
      resolve();
    }
  }, 20);
  await promise.finally(() => clearInterval(timer));
}

describe('the second reader', needsPeer('vcsim', 'pyvmomi'), () => {
  it('reads what the vCenter shows of each VM', async () => {
    await using vcsim = await startVcsim({ estate });

    const [vm, ...others] = await readBackVms(vcsim);

    assert.deepEqual(others, []);
    assert.ok(vm);
    const { instanceUuid, biosUuid, macs, disks, vmx, annotation, ...rest } = vm;
    assert.ok(Array.isArray(disks));
    assert.match(instanceUuid ?? '', /^[0-9a-f-]{36}$/);
    assert.notEqual(instanceUuid, biosUuid);
    assert.equal(macs.length, 1);
    assert.match(vmx ?? '', /^\[shared-1] web\//);
    assert.equal(annotation, null);
    assert.deepEqual(rest, {
      ...{ name: 'web', handle: 'vm-1102', cpus: 2, memoryMB: 2048, host: 'esx1.test' },
      ...{ datastores: ['shared-1'], networks: ['office'], folder: '/Lab/vm' },
      ...{ powerState: 'poweredOn', template: false, extraConfig: {} },
    });
  });
});

describe('the judge of requests', needsPeer('vim-xsd'), () => {
  const powerOn = toElement('PowerOnVM_Task', 'VirtualMachine', 'vm-1');

  it('passes a request in the order of vim25', () => {
    const spec = '<spec><name>n</name><numCPUs>2</numCPUs><memoryMB>512</memoryMB></spec>';

    assert.deepEqual(findVimFaults(powerOn), []);
    assert.deepEqual(
      findVimFaults(toElement('ReconfigVM_Task', 'VirtualMachine', 'vm-1', spec)),
      [],
    );
  });

  it('names what stands in the wrong place or does not exist', () => {
    const swapped = '<spec><memoryMB>512</memoryMB><numCPUs>2</numCPUs></spec>';
    const unknown = '<spec><colour>red</colour></spec>';

    for (const [spec, name] of [
      [swapped, 'numCPUs'],
      [unknown, 'colour'],
    ] as const) {
      const wrong = toElement('ReconfigVM_Task', 'VirtualMachine', 'vm-1', spec);
      const faults = findVimFaults(powerOn, wrong, powerOn).join('\n');
      assert.match(faults, new RegExp(`Element '\\{urn:vim25\\}${name}'`));
      assert.ok(faults.includes(wrong) && !faults.includes(powerOn));
    }
  });

  it('takes a whole envelope with prefixes, and types named on the wire', () => {
    const device =
      '<v:device xsi:type="v:VirtualDisk"><v:key>-1</v:key><v:capacityInKB>1</v:capacityInKB></v:device>';
    const spec = `<v:spec><v:deviceChange><v:operation>add</v:operation>${device}</v:deviceChange></v:spec>`;
    const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
    const body = `<v:ReconfigVM_Task xmlns:v="urn:vim25"><v:_this type="VirtualMachine">vm-1</v:_this>${spec}</v:ReconfigVM_Task>`;

    const faults = findVimFaults(
      `<soap:Envelope xmlns:soap="x" ${xsi}><soap:Body>${body}</soap:Body></soap:Envelope>`,
    );

    assert.deepEqual(faults, []);
  });
});
