/** What `drover doctor` says of hosts that two connections show. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { listMachines, type MachineQuestion } from '#bot/cli/doctor-machines.ts';
import { OperationError } from '#core/errors.ts';
import type { Machine } from '#core/inventory/same-machine.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { startVcsim } from '#test/helpers/peers/vcsim.ts';
import { toVcsimConfig, VCSIM_ESTATE } from '#test/walk/vcsim-estate.ts';
import { runDrover } from './run-drover.ts';

const MACHINE = '4c4c4544-0000-1000-8000-00000000000a';

interface Wish {
  readonly vcenters: Readonly<Record<string, readonly Machine[] | Error>>;
  readonly hyperv?: readonly Machine[];
}

async function list({ vcenters, hyperv = [] }: Wish) {
  const ids = Object.keys(vcenters);
  const config = {
    connections: [
      ...ids.map((id) => ({ id, kind: 'vcenter' })),
      ...(hyperv.length > 0 ? [{ id: 'hv', kind: 'hyperv' }] : []),
    ],
  };
  const hosts = hyperv.map((system) => ({ reading: { system } }));
  const question = {
    config,
    hyperv: [{ examination: { hosts } }],
    machineReaders: ids.map((connectionId) => ({
      connectionId,
      ...{ url: `https://${connectionId}`, connectTimeoutMs: 1000, answerTimeoutMs: 2000 },
      async readMachines() {
        const found = vcenters[connectionId];
        if (found instanceof Error) throw found;
        return found ?? [];
      },
    })),
  };
  const findings = await listMachines(question as unknown as MachineQuestion);
  return findings.map(({ isWell, text }) => `${isWell ? '✓' : '✗'} ${text}`);
}

describe('drover doctor on hosts that two connections show', () => {
  it('H07 B48 names both connections, the host under both names, and the remedy', async () => {
    const lines = await list({
      vcenters: {
        'vc-1': [{ name: 'esx-01', machineId: MACHINE }, { name: 'esx-02' }],
        direct: [{ name: 'esx-01.corp', machineId: MACHINE.toUpperCase() }],
      },
    });

    assert.deepEqual(lines, [
      '✓ vc-1: shows 2 hosts',
      '✓ direct: shows 1 host',
      '✗ direct: its host esx-01.corp is the same machine as esx-01 of vc-1. Take one of the two connections out of drover.yaml; until then direct only reads that host and its VMs',
    ]);
  });

  it('H07 finds a Hyper-V host behind another connection, and no two machines of one number', async () => {
    const twins = [
      { name: 'HV-02', machineId: 'ab' },
      { name: 'HV-03', machineId: 'ab' },
    ];

    const lines = await list({
      vcenters: { 'vc-1': [{ name: 'esx-01', machineId: MACHINE }], 'vc-2': [] },
      hyperv: [{ name: 'HV-01', machineId: MACHINE }, ...twins],
    });

    assert.equal(lines.filter((line) => line.startsWith('✗')).length, 1);
    assert.match(lines.at(-1) ?? '', /✗ hv: its host HV-01 is the same machine as esx-01 of vc-1/);
  });

  it('H07 H09 says of which connection it is not known, and goes on with the others', async () => {
    const away = new OperationError('not_reachable', 'not_started', { connection: 'vc-1' });

    const lines = await list({ vcenters: { 'vc-1': away, 'vc-2': [] } });

    assert.match(
      lines[0] ?? '',
      /✗ vc-1: its hosts cannot be read, so whether .* is not known: nothing usable came from https:\/\/vc-1\. It had 1 s for the connection and 2 s for each answer\./,
    );
    assert.equal(lines[1], '✓ vc-2: shows 0 hosts');
  });
});

describe('drover doctor on vCenters', needsPeer('vcsim'), () => {
  it('H07 B48 refuses a second connection to what is there already, and ends with 1', async () => {
    using folder = createTemporaryFolder('doctor-machines');
    await using vcsim = await startVcsim({ estate: VCSIM_ESTATE });
    const file = join(folder.path, 'drover.yaml');
    const config = toVcsimConfig(vcsim, false);
    const env = { VCENTER_PASSWORD: vcsim.password };
    writeFileSync(file, config);
    const one = await runDrover(['doctor', '--config', file], env);
    const [, own = ''] = /^connections:\n(.*?)\n\n/ms.exec(config) ?? [];
    writeFileSync(file, config.replace(own, `${own}\n${own.replace('prod-vc', 'direct')}`));

    const two = await runDrover(['doctor', '--config', file], env);

    assert.match(one.output, /✓ prod-vc: shows \d+ hosts/);
    assert.doesNotMatch(one.output, /same machine/);
    assert.match(
      two.output,
      /✗ direct: its host \S+ is the same machine as \S+ of prod-vc\. Take one/,
    );
    assert.equal(two.code, 1);
  });
});
