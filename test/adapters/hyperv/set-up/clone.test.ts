import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Observed } from '#core/inventory/estate-object.ts';
import type { Call, CloneRequest, Connection } from '#core/ports/connection.ts';
import { listImage, readFromImage } from '#test/helpers/peers/isoinfo.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { connectTo, type HypervOptions, keepHyperv } from '../open-hyperv.ts';

const userData = `#cloud-config\nhostname: {{name}}\n# ${'x'.repeat(190_000)}\n`;
const texts: Readonly<Record<string, string>> = {
  'user-data.yaml': userData,
  'answer.xml': '<unattend><ComputerName>{{name}}</ComputerName></unattend>',
};
const templates: NonNullable<HypervOptions['config']>['templates'] = [
  {
    ...{ name: 'debian', file: 'C:\\templates\\win2022.vhdx' },
    setUp: { kind: 'cloud-init', userData: 'user-data.yaml' },
  },
  {
    ...{ name: 'win', file: 'C:\\templates\\debian-gen1.vhdx', generation: 1 },
    setUp: { kind: 'unattend', file: 'answer.xml' },
  },
];

async function readAll(connection: Connection): Promise<readonly Observed[]> {
  const all: Observed[] = [];
  await connection.estate.snapshot(
    async (page) => void all.push(...page),
    AbortSignal.timeout(60_000),
  );
  return all;
}

async function toRequest(connection: Connection, template: string, name: string) {
  const all = await readAll(connection);
  const refTo = (kind: Observed['kind'], wish: string) => {
    const found = all.find((it) => it.kind === kind && it.body.name === wish);
    assert.ok(found, `${kind} ${wish}`);
    const { handle, identity = '' } = found;
    return { connectionId: connection.id, kind, handle, identity };
  };
  const request: CloneRequest = {
    ...{ name, cpus: 2, memoryBytes: 2 ** 31, template: refTo('template', template) },
    ...{ folder: refTo('folder', '/'), host: refTo('host', 'HV-1') },
    datastore: refTo('datastore', 'HV-1 C:'),
  };
  return request;
}

const toCall = (stepToken: string): Call => ({
  ...{ stepToken, signal: AbortSignal.timeout(120_000), onProgress: () => undefined },
});

describe("a guest's set-up, the whole way", needsPeer('powershell', 'openssl', 'isoinfo'), () => {
  const open = keepHyperv();
  const options: HypervOptions = {
    ...{ estate: 'single', config: { templates } },
    readFile: (path) => texts[path] ?? assert.fail(path),
  };

  it('comes to the host as a file that a foreign reader reads, and goes with its VM alone', async () => {
    await using opened = await open(options);
    const { connection, site } = opened;
    const { provisioning } = connection;
    const all = await readAll(connection);
    const template = all.find((it) => it.kind === 'template' && it.body.name === 'debian');
    const request = await toRequest(connection, 'debian', 'web-1');

    await follow(connection, await provisioning?.clone(request, toCall('J4301/clone-vm')));

    const path = join(site.world.files.driveOf('hv-1', 'C'), 'VMs', 'J4301_clone-vm', 'setup.iso');
    assert.deepEqual(listImage(path, 'joliet'), ['/meta-data', '/user-data']);
    assert.equal(
      readFromImage(path, '/meta-data').toString(),
      'instance-id: "J4301_clone-vm"\nlocal-hostname: "web-1"\n',
    );
    assert.equal(
      readFromImage(path, '/user-data').toString(),
      userData.replace('{{name}}', '"web-1"'),
    );
    assert.ok(template?.kind === 'template');
    assert.equal(template.body.setUp?.hostNameLetters, 63);
    assert.match(template.body.setUp.digest, /^[0-9a-f]{16}$/);
  });

  it('H19 is listed as its own and deleted with it; an image put in by hand is kept', async () => {
    await using opened = await open(options);
    const { connection, site } = opened;
    const { world } = site;
    const request = await toRequest(connection, 'win', 'web-1');
    await follow(
      connection,
      await connection.provisioning?.clone(request, toCall('J4302/clone-vm')),
    );
    const made = world.vms.find(({ name }) => name === 'web-1');
    assert.ok(made);
    const own = 'C:\\VMs\\J4302_clone-vm\\setup.iso';
    const byHand = 'C:\\iso\\tools.iso';
    world.files.write('hv-1', byHand, { sizeBytes: 1, fileBytes: 1, type: 'Fixed' });
    made.images.push(byHand);

    const seen = (await readAll(connection)).find((it) => it.identity === made.id);
    assert.ok(seen?.kind === 'vm');
    const { handle, identity = '' } = seen;
    const vm = { connectionId: connection.id, kind: 'vm', handle, identity } as const;
    // As after a restart: it has read nothing of the hosts yet.
    const fresh = connectTo(site, { templates }, options.readFile);
    await follow(fresh, await fresh.provisioning?.delete(vm, toCall('J4303/delete-vm')));
    await fresh.close();

    assert.deepEqual(seen.body.images, [
      { file: own, isOwn: true },
      { file: byHand, isOwn: false },
    ]);
    assert.equal(world.files.exists('hv-1', own), false);
    assert.ok(world.files.exists('hv-1', byHand));
    assert.ok(!world.vms.includes(made));
  });

  it('is refused, with nothing sent, for a name that no guest can bear', async () => {
    await using opened = await open(options);
    const { connection, site } = opened;
    const name = "web'; throw 1; '";
    const request = await toRequest(connection, 'debian', name);
    const long = await toRequest(connection, 'win', 'a-name-of-twenty-one');

    for (const wish of [request, long])
      await assert.rejects(
        async () => connection.provisioning?.clone(wish, toCall('J4304/clone-vm')),
        {
          ...{ name: 'OperationError', code: 'request_invalid', end: 'not_started' },
        },
      );

    assert.deepEqual(site.journal, []);
  });
});

async function follow(connection: Connection, task: string | undefined): Promise<void> {
  if (task !== undefined) await connection.tasks?.follow(task, toCall('J0/x'));
}
