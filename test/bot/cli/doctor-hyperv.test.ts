/** `drover doctor` on Hyper-V hosts, as an operator runs it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openService } from '#test/adapters/hyperv/examine/open-examined.ts';
import { USERS, type WsManServer } from '#test/fakes/hyperv/ws-man-server.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { runDrover } from './run-drover.ts';

function writeConfig(folder: string, { port, caPem }: WsManServer, changes = ''): string {
  writeFileSync(join(folder, 'ca.pem'), caPem);
  const file = join(folder, 'drover.yaml');
  const connection = [
    'connections:',
    '  - id: hv-lab',
    '    kind: hyperv',
    `    hosts: ["localhost:${port}"]`,
    '    user: LAB\\svc-drover',
    '    password: $' + '{env:HV_PASSWORD}',
    `    caFile: ${changes || 'ca.pem'}`,
  ];
  writeFileSync(file, [labConfig(), ...connection, ''].join('\n'));
  return file;
}

const env = { HV_PASSWORD: USERS['svc-drover'] };

describe('drover doctor on Hyper-V', needsPeer('openssl'), () => {
  it('finds a host well, and leaves a recording of it in a new folder alone', async () => {
    using folder = createTemporaryFolder('doctor-hyperv');
    await using server = await openService();
    const file = writeConfig(folder.path, server);
    const out = join(folder.path, 'recording');

    const { code, output } = await runDrover(['doctor', '--config', file, '--record', out], env);
    const again = await runDrover(['doctor', '--config', file, '--record', out], env);

    assert.equal(code, 0, output);
    assert.match(output, /✓ localhost:\d+ lets the account in \(ntlm\)/);
    assert.match(output, /✓ localhost:\d+: MaxShellsPerUser 30, .*CbtHardeningLevel Relaxed/);
    assert.match(
      output,
      /✓ Recorded, without names, addresses and secrets: .*hyperv-1-host-1\.json/,
    );
    assert.deepEqual(readdirSync(out), ['hyperv-1-host-1.json']);
    const text = readFileSync(join(out, 'hyperv-1-host-1.json'), 'utf8');
    assert.doesNotMatch(text, /localhost|svc-drover|HV01|lab\.example/i);
    assert.equal(again.code, 2);
    assert.match(again.output, /holds files already: name a new folder/);
    assert.equal(server.logins.accepted.length, 1);
  });

  it('shows a wrong password to nobody, to the host once, and ends with 1', async () => {
    using folder = createTemporaryFolder('doctor-hyperv');
    await using server = await openService();
    const file = writeConfig(folder.path, server);
    const out = join(folder.path, 'recording');
    const wrong = { HV_PASSWORD: 'not-it-3141' };

    const { code, output } = await runDrover(['doctor', '--config', file, '--record', out], wrong);

    assert.equal(code, 1);
    assert.match(output, /✗ localhost:\d+ refuses the login/);
    assert.match(output, /✗ Nothing was recorded/);
    assert.doesNotMatch(output, /not-it/);
    assert.equal(server.logins.refused.length, 1);
    assert.deepEqual(readdirSync(out), []);
  });

  it('names the line of a file of authorities that is not there', async () => {
    using folder = createTemporaryFolder('doctor-hyperv');
    await using server = await openService();
    const file = writeConfig(folder.path, server, 'no-such.pem');

    const { code, output } = await runDrover(['doctor', '--config', file], env);

    assert.equal(code, 2);
    assert.match(output, /connections\[0\]\.caFile|connections\.0\.caFile/);
    assert.equal(server.connections, 0);
  });
});
