/** The odd estate of the cases: everything in it is listed, typed, found, and changed only where that is possible. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { deedsOf } from './look.ts';
import { ODD, openOddApp } from './odd-estate.ts';

interface OddVm {
  readonly name: string;
  readonly platformState?: string;
  readonly isReachable?: boolean;
  readonly power: string;
  readonly role?: string;
}
interface OddConnection {
  readonly id: string;
  readonly hosts: readonly { readonly name: string }[];
  readonly vms: readonly OddVm[];
  readonly templates?: readonly { readonly name: string }[];
}
const { connections } = JSON.parse(readFileSync(ODD, 'utf8')) as {
  connections: readonly OddConnection[];
};
const VMS = connections.flatMap(({ vms }) => vms);

/** As one types it: corner brackets can hold every name. */
const quoted = (name: string) => `\u300c${name}\u300d`;

function countOf(names: readonly string[], name: string): number {
  return names.filter((one) => one === name).length;
}

describe('an odd estate', { timeout: 60_000 }, () => {
  let app: TestApp;
  const say = async (line: string) => textOf(await app.say('carl', line));
  const listNames = async (line: string) => {
    const { card } = await app.say('carl', line);
    return card.body.flatMap((block) =>
      block.block === 'table' ? block.rows.map(([name = '']) => name) : [],
    );
  };

  before(async () => {
    app = await openOddApp();
  });
  after(() => app[Symbol.asyncDispose]());

  it('H11 B36 is listed whole: each VM once, and as many as the platforms have', async () => {
    const names = await listNames('vm list --limit 500');
    const templates = await listNames('template list');
    const hosts = await listNames('host list');

    assert.equal(names.length, VMS.length);
    for (const { name } of VMS)
      assert.equal(countOf(names, name), VMS.filter((vm) => vm.name === name).length, name);
    const expected = connections.flatMap(({ templates: own = [] }) => own.map(({ name }) => name));
    assert.deepEqual(templates.toSorted(), expected.toSorted());
    assert.equal(hosts.length, connections.flatMap((one) => one.hosts).length);
    assert.match(await say('connection show odd-vc'), /31 VMs \(4 cannot be read\)/);
  });

  const unknown = VMS.filter(({ power }) => power === 'unknown');
  for (const { name, platformState = '' } of unknown) {
    it(`H11 B36 shows ${name} as ${platformState}, never as off, and refuses changes for that`, async () => {
      const { card } = await app.say('carl', `vm show ${quoted(name)}`);
      const answers = [];
      for (const verb of ['start', 'stop', 'shutdown', 'delete'])
        answers.push(await say(`vm ${verb} ${quoted(name)}`));

      assert.ok(textOf(card).includes(platformState), textOf(card));
      assert.notEqual(card.state, 'off');
      for (const answer of answers) {
        assert.match(answer, /^Cannot /);
        assert.ok(answer.includes(platformState), answer);
        assert.match(answer, /Nothing was done/);
      }
    });
  }

  it('B33 B35 finds each name as it is shown and typed, and only that VM', async () => {
    // A replica is a role of its VM, which has the name.
    const named = VMS.filter(({ role }) => role !== 'replica');
    const counts = Map.groupBy(named, ({ name }) => name);
    for (const [name, vms] of counts) {
      const answer = await app.say('carl', `vm show ${quoted(name)}`);
      if (vms.length === 1) assert.equal(answer.card.title, `VM ${name}`);
      else assert.match(answer.card.title, /^Two VMs are called .*\. Which one\?$/);
    }
    for (const name of ['100%25 test', '50%252f', 'Tes', 'te*t', 'padded', 'hv-*', 'NULL'])
      assert.match(await say(`vm show ${quoted(name)}`), /There is no VM called/, name);
  });

  it('B35 takes a pattern in an explicit filter alone, and lists what it meets', async () => {
    assert.deepEqual(await listNames('vm list --match Te*t'), ['Te*t', 'Test']);
    assert.deepEqual(await listNames('vm list --match T?st'), ['T?st']);
    assert.deepEqual(await listNames(`vm list --match ${quoted('hv-[a-c]*')}`), ['hv-[a-c]*']);
  });

  it('H04 B51 shows a replica with its VM, and means the VM by the name of both', async () => {
    const shown = await say('vm show hv-app');

    assert.match(shown, /^VM hv-app/);
    assert.match(shown, /^Replica: +on hv02/m);
    for (const verb of ['stop', 'save', 'pause', 'delete'])
      assert.doesNotMatch(await say(`vm ${verb} hv-app --plan`), /Which one|is a replica/);
  });

  it('H16 starts nothing over a question that the platform asks, and shows the question', async () => {
    const shown = await say('vm show asks');

    assert.match(shown, /This VM might have been moved or copied/);
  });

  it('B40 shows every NIC, on a network of whatever kind', async () => {
    const networks = await listNames('network list');

    assert.equal(countOf(networks, 'VLAN-100'), 2);
    assert.equal(countOf(networks, 'segment-7'), 1);
    assert.match(await say('vm show nic-opaque'), /Networks: +segment-7/);
    assert.match(await say('vm show nic-nowhere'), /Network adapter 1/);
    assert.match(await say('vm show no-nic'), /Networks: +none/);
  });

  it('has done nothing to any platform by all of that', () => {
    assert.deepEqual(deedsOf(app), []);
  });
});
