/** The fake service is true WinRM: pywinrm, which nobody here wrote, finds nothing amiss. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createScriptedHost } from '#test/fakes/hyperv/scripted-host.ts';
import { startWsManServer } from '#test/fakes/hyperv/ws-man-server.ts';
import type { CommandRunner } from '#test/fakes/hyperv/ws-man-shells.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { python } from '#test/peers/winrm/presence.ts';

const script = fileURLToPath(new URL('../../../peers/winrm/drive.py', import.meta.url));

describe('a foreign client', needsPeer('pywinrm', 'openssl'), () => {
  it('gets what it asks the fake service for, and is refused where Windows refuses', async () => {
    using folder = createTemporaryFolder('pywinrm');
    const certificate = await makeThrowAwayCertificate();
    const caFile = join(folder.path, 'ca.pem');
    writeFileSync(caFile, certificate.cert);
    const plain = createScriptedHost(() => 0);
    let asked = 0;
    // Begins to speak only after two of its questions came to nothing.
    const run: CommandRunner = async (command) => {
      if (command.line !== 'long') return plain.run(command);
      const before = asked;
      while (https.verbs.filter((it) => it === 'Receive').length < before + 3)
        await new Promise((resolve) => setTimeout(resolve, 50));
      command.write('stdout', `${'世'.repeat(100_000)} end\r\n`);
      return 7;
    };
    await using https = await startWsManServer({
      run,
      certificate,
      requiresBinding: true,
      pieceBytes: 1_000,
    });
    await using http = await startWsManServer({ run, protocol: 'http' });
    asked = https.verbs.filter((it) => it === 'Receive').length;

    const { stdout } = await promisify(execFile)(python, [script, https.url, http.url, caFile], {
      timeout: 150_000,
      // requests would take another file of authorities from there
      env: { ...process.env, REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '' },
    });

    const whole = { out: 'hello 世界\r\n', code: 0, echo: 'hi\r\n', failed: 1, err: '#< CLIXML' };
    assert.deepEqual(JSON.parse(stdout), {
      ntlm: whole,
      sealedHttps: whole,
      sealedHttp: whole,
      plainHttp: { error: 'WinRMTransportError' },
      basic: whole,
      wrongPassword: { error: 'InvalidCredentialsError' },
      untrusted: { error: 'SSLError' },
      long: { bytes: 300_006, end: ' end\r\n', code: 7, again: 'WinRMError' },
    });
    const logins = [...https.logins.accepted, ...http.logins.accepted];
    assert.ok(logins.some(({ hasMic, isBound }) => hasMic && isBound));
    assert.deepEqual(new Set(https.logins.refused), new Set(['bad proof']));
    assert.equal(https.shells.open.size + http.shells.open.size, 0);
  });
});
