/** What vcsim cannot show, as the API reference has it: our reading of it, not a vCenter's word. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed } from '#core/inventory/estate-object.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  type AnsweringServer,
  type Answers,
  startAnsweringServer,
  toObject,
} from './answering-server.ts';
import { connectTo, patience, readAll } from './open-vcenter.ts';

const LOGIN = { user: 'drover', password: 'secret' };
const text = (value: string) => `<val xsi:type="xsd:string">${value}</val>`;
const clone = (state: string, chain: number) =>
  toObject('Task', `task-${chain}`, {
    'info.name': text('CloneVM_Task'),
    'info.state': text(state),
    'info.eventChainId': `<val xsi:type="xsd:int">${chain}</val>`,
  });
const event = (chain: number, destName: string) =>
  '<returnval xsi:type="VmBeingClonedEvent"><key>1</key>' +
  `<chainId>${chain}</chainId><destName>${destName}</destName></returnval>`;
const toVmOnDisk = (id: string, file: string) =>
  toObject('VirtualMachine', id, {
    'config.hardware':
      '<val xsi:type="VirtualHardware"><device xsi:type="VirtualDisk"><key>2000</key>' +
      `<backing><fileName>[ds] ${file}.vmdk</fileName></backing></device></val>`,
  });

describe('answers of a vCenter that vcsim does not give', needsPeer('openssl'), () => {
  it('reads an answer without pages in pages of its own', async () => {
    const vms = Array.from({ length: 1200 }, (_, n) => toObject('VirtualMachine', `vm-${n}`, {}));
    await using server = await startAnsweringServer({
      RetrievePropertiesEx: (request) =>
        `<returnval>${request.includes('>VirtualMachine<') ? vms.join('') : ''}</returnval>`,
    });
    const connection = connectTo(server, LOGIN);
    const sizes: number[] = [];

    await connection.estate.snapshot(async (page) => void sizes.push(page.length), patience());

    assert.deepEqual(sizes, [500, 500, 200]);
    await connection.close();
  });

  it('H19 tells pages of the asked size out of parts, and the disk that two parts of a page share', async () => {
    const ids = Array.from({ length: 21 }, (_, n) => `vm-${n}`);
    const toPart = (at: number) =>
      (at < ids.length - 2 ? `<token>${at + 2}</token>` : '') +
      ids
        .slice(at, at + 2)
        .map((id) => toVmOnDisk(id, id === 'vm-9' ? 'vm-3' : id))
        .join('');
    await using server = await startAnsweringServer({
      RetrievePropertiesEx: (request) => {
        if (request.includes('>vm-3<'))
          return `<returnval>${toVmOnDisk('vm-3', 'vm-3')}</returnval>`;
        return `<returnval>${request.includes('>VirtualMachine<') ? toPart(0) : ''}</returnval>`;
      },
      ContinueRetrievePropertiesEx: (request) =>
        `<returnval>${toPart(Number(/token>(\d+)</.exec(request)?.[1]))}</returnval>`,
    });
    const connection = connectTo(server, LOGIN, { pageSize: 11 });
    const told: (readonly Observed[])[] = [];

    await connection.estate.snapshot(async (page) => void told.push(page), patience());

    const handles = told.map((page) => page.map(({ handle }) => handle));
    assert.deepEqual(handles, [ids.slice(0, 10), ids.slice(10), ['vm-3']]);
    // Eleven parts, each asked for once.
    assert.equal(server.methods.filter((it) => it === 'ContinueRetrievePropertiesEx').length, 10);
    const again = told.at(-1)?.[0];
    assert.equal(again?.kind === 'vm' && again.body.disks[0]?.shared, true);
    await connection.close();
  });

  it('H11 lists a VM with one odd value or one that may not be read, and says which', async () => {
    const odd = toObject('VirtualMachine', 'vm-1', {
      name: text('odd'),
      'runtime.connectionState': text('connected'),
      'config.hardware': '<val xsi:type="VirtualHardware"><numCPU>many</numCPU></val>',
    });
    const missing =
      '<objects><obj type="VirtualMachine">vm-2</obj><missingSet><path>config.hardware</path><fault>' +
      '<fault xsi:type="NoPermission"><privilegeId>System.Read</privilegeId></fault>' +
      '<localizedMessage>Permission was denied.</localizedMessage></fault></missingSet></objects>';
    await using server = await startAnsweringServer({
      RetrievePropertiesEx: (request) =>
        `<returnval>${request.includes('>VirtualMachine<') ? odd + missing : ''}</returnval>`,
    });
    const connection = connectTo(server, LOGIN);

    const all = await readAll(connection);

    assert.deepEqual(
      all.map(({ body }) => [body.name, body.unreadable]),
      [
        ['odd', 'config.hardware'],
        ['vm-2', 'config.hardware: Permission was denied.'],
      ],
    );
    await connection.close();
  });

  it('B40 keeps a network of a kind that is not known, and a NIC of a type that is not known', async () => {
    const card =
      '<device xsi:type="VirtualCardOfTheFuture"><key>4000</key><deviceInfo><label>Network adapter 1</label>' +
      '<summary>fabric-9</summary></deviceInfo><backing xsi:type="BackingOfTheFuture"/>' +
      '<macAddress>00:50:56:00:00:01</macAddress></device>';
    const vm = toObject('VirtualMachine', 'vm-1', {
      'config.hardware': `<val xsi:type="VirtualHardware"><numCPU>1</numCPU>${card}</val>`,
    });
    const uplink = toObject('DistributedVirtualPortgroup', 'dvportgroup-9', {
      name: text('Uplinks'),
      tag: '<val xsi:type="ArrayOfTag"><Tag><key>SYSTEM/DVS.UPLINKPG</key></Tag></val>',
    });
    await using server = await startAnsweringServer({
      RetrievePropertiesEx: (request) =>
        `<returnval>${request.includes('>VirtualMachine<') ? vm : uplink}</returnval>`,
    });
    const connection = connectTo(server, LOGIN);

    const all = await readAll(connection);

    const read = all.find(({ kind }) => kind === 'vm')?.body;
    assert.ok(read && 'nics' in read);
    assert.deepEqual(
      read.nics.map(({ label, networkName, networkHandle }) => [label, networkName, networkHandle]),
      [['Network adapter 1', 'fabric-9', undefined]],
    );
    assert.ok(all.some((it) => it.kind === 'network' && it.body.isUplink));
    await connection.close();
  });

  it('H09 H11 gives no identity of a host and of a VM that do not show theirs', async () => {
    const host = toObject('HostSystem', 'host-1', { name: text('esx1') });
    const vm = toObject('VirtualMachine', 'vm-1', { name: text('dark') });
    await using server = await startAnsweringServer({
      RetrievePropertiesEx: (request) =>
        `<returnval>${request.includes('>VirtualMachine<') ? vm : host}</returnval>`,
    });
    const connection = connectTo(server, LOGIN);

    const all = await readAll(connection);

    assert.deepEqual(
      all.map(({ handle, identity }) => [handle, identity]),
      [
        ['host-1', undefined],
        ['vm-1', undefined],
      ],
    );
    await connection.close();
  });

  it('H09 does not call gone what an answer without any object leaves out', async () => {
    await using server = await startAnsweringServer({ RetrievePropertiesEx: '' });
    const connection = connectTo(server, LOGIN);

    const failing = connection.estate.read({ kind: 'vm', handle: 'vm-1' }, patience());

    await assert.rejects(failing, { code: 'answer_not_understood', end: 'not_started' });
    await connection.close();
  });

  it('H13 finds a running clone by the name in its event, and no other clone', async () => {
    const ours = await lookFor({
      tasks: clone('running', 7) + clone('queued', 8),
      QueryEvents: (request) => (request.includes('>8<') ? event(8, 'a%2fb') : event(7, 'other')),
    });
    const others = await lookFor({
      tasks: clone('running', 7) + clone('success', 9),
      QueryEvents: event(7, 'other'),
    });

    assert.deepEqual(ours, { found: 'running', task: 'task-8' });
    assert.deepEqual(others, { found: 'nothing' });
  });

  it('H13 cannot tell while a clone runs whose name no event gives', async () => {
    const look = await lookFor({ tasks: clone('running', 7), QueryEvents: '' });

    assert.deepEqual(look, { found: 'cannot_tell' });
  });

  it('H13 cannot tell while a VM of the name does not show its configuration', async () => {
    const dark = toObject('VirtualMachine', 'vm-1', { name: text('a%2fb') });

    const look = await lookFor({ tasks: '', vms: dark });

    assert.deepEqual(look, { found: 'cannot_tell' });
  });

  it('H06 H12 says which installation it is where its events are not shown', async () => {
    const event = '<val xsi:type="UserLoginSessionEvent"><key>17</key><chainId>17</chainId></val>';
    const answers = {
      shown: toObject('EventManager', 'EventManager', { latestEvent: event }),
      none: toObject('EventManager', 'EventManager', {}),
      hidden: '',
    };
    const numbers: (number | undefined)[] = [];

    for (const objects of Object.values(answers)) {
      await using server = await startAnsweringServer({
        RetrievePropertiesEx: `<returnval>${objects}</returnval>`,
      });
      const connection = connectTo(server, LOGIN);
      const { identity, eventNumber } = await connection.estate.identify(patience());
      assert.equal(identity, '11111111-0000-4000-8000-000000000001');
      numbers.push(eventNumber);
      await connection.close();
    }

    assert.deepEqual(numbers, [17, undefined, undefined]);
  });

  it('does not take a page of a proxy for an answer', async () => {
    const page = '<!DOCTYPE html><html><body>Gateway</body></html>';
    await using server = await startAnsweringServer({ RetrieveServiceContent: page });
    const connection = connectTo(server, LOGIN);

    const failing = connection.estate.identify(patience());

    await assert.rejects(failing, { code: 'answer_not_understood', end: 'not_started' });
    await connection.close();
  });
});

interface Look {
  readonly tasks: string;
  readonly vms?: string;
  readonly QueryEvents?: Answers[string];
}

async function lookFor({ tasks, vms = '', QueryEvents = '' }: Look) {
  const RetrievePropertiesEx = (request: string) =>
    `<returnval>${request.includes('>TaskManager<') ? tasks : vms}</returnval>`;
  await using server: AnsweringServer = await startAnsweringServer({
    RetrievePropertiesEx,
    QueryEvents,
  });
  const connection = connectTo(server, LOGIN);
  const look = await connection.provisioning?.findByToken('token-1', 'a/b', patience());
  await connection.close();
  return look;
}
