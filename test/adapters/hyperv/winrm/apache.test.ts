/** Logins that somebody else judges: Apache with gss-ntlmssp, and a Kerberos realm of MIT. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { createChannel } from '#adapters/hyperv/winrm/channel.ts';
import { WinrmConfig } from '#adapters/hyperv/winrm/config.ts';
import type { LoadKerberos } from '#adapters/hyperv/winrm/kerberos.ts';
import { createNtlmLogin } from '#adapters/hyperv/winrm/login.ts';
import { openSocket } from '#adapters/hyperv/winrm/open-socket.ts';
import { createTurnsInAll } from '#adapters/hyperv/winrm/turns.ts';
import { createWinrm } from '#adapters/hyperv/winrm/winrm.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { createScriptedHost } from '#test/fakes/hyperv/scripted-host.ts';
import { startWsManServer } from '#test/fakes/hyperv/ws-man-server.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type ApacheOptions, startApache } from '#test/peers/winrm/apache.ts';
import { startKdc } from '#test/peers/winrm/kdc.ts';
import { loadKerberosPackage } from '#test/peers/winrm/kerberos-package.ts';
import { echo, toRun } from './open-host.ts';

const password = 'S3cret é';
const account = { user: 'LAB\\svc-drover', password };

async function openApache(options: Pick<ApacheOptions, 'kerberos'> = {}) {
  await using stack = new AsyncDisposableStack();
  const host = createScriptedHost(echo);
  const server = stack.use(
    await startWsManServer({ run: host.run, protocol: 'http', trustsProxy: true }),
  );
  const ntlmUser = `LAB:svc-drover:${password}`;
  const apache = stack.use(await startApache({ upstreamPort: server.port, ntlmUser, ...options }));
  const toApache = (given: Partial<z.input<typeof WinrmConfig>>) =>
    WinrmConfig.parse({ host: 'localhost', port: apache.port, ca: apache.caPem, ...given });
  const run = async (given: Partial<z.input<typeof WinrmConfig>>, loadKerberos?: LoadKerberos) => {
    const deps = { clock: createClock(), turnsInAll: createTurnsInAll(1) };
    const scripts = createWinrm(toApache(given), {
      ...deps,
      ...(loadKerberos && { loadKerberos }),
    });
    const wish = toRun({ parameters: { via: 'apache' } });
    try {
      await scripts.run(wish);
    } finally {
      await scripts.close();
    }
    return wish.lines;
  };
  const opened = stack.move();
  return { host, server, run, toApache, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

const via = [{ stream: 'stdout', text: '{"via":"apache"}' }];

describe('a login judged by gss-ntlmssp', needsPeer('gssapi-apache'), () => {
  it('is accepted, bound to the channel and with a MIC; scripts run behind it', async () => {
    await using opened = await openApache();

    assert.deepEqual(await opened.run(account), via);

    assert.equal(opened.server.logins.accepted[0]?.user, 'LAB\\svc-drover');
    assert.equal(opened.server.shells.open.size, 0);
  });

  it('is accepted without a binding', async () => {
    await using opened = await openApache();
    const { signal } = new AbortController();
    const { socket } = await openSocket(opened.toApache(account), signal);
    const channel = createChannel({ socket, certificate: undefined }, 'localhost');
    const logIn = createNtlmLogin({ user: 'svc-drover', password, domain: 'LAB' }, 'localhost');

    const { sealing } = await logIn(channel, { signal, answerTimeoutMs: 60_000 });
    channel.close();

    assert.ok(sealing);
  });

  for (const [what, given] of [
    ['a wrong password', { password: 'S3cret e' }],
    ['an unknown user', { user: 'LAB\\nobody' }],
  ] as const)
    it(`is refused for ${what}`, async () => {
      await using opened = await openApache();

      await assert.rejects(
        opened.run({ ...account, ...given }),
        (error) => error instanceof RemoteError && error.failure === 'login_refused',
      );

      assert.deepEqual(opened.server.verbs, []);
    });
});

describe('a login by Kerberos', needsPeer('gssapi-apache', 'kdc', 'kerberos'), () => {
  it('needs a ticket, and proves both sides', async () => {
    await using kdc = await startKdc();
    await using opened = await openApache({ kerberos: kdc });
    // GSSAPI reads the environment of the process.
    Object.assign(process.env, kdc.env, { KRB5CCNAME: `FILE:${kdc.cache}` });
    const given = { authentication: 'kerberos' } as const;

    await assert.rejects(
      opened.run(given, loadKerberosPackage),
      (error) =>
        error instanceof RemoteError &&
        error.failure === 'login_not_possible' &&
        error.end === 'not_started' &&
        /^Kerberos: .*[Cc]redential/.test(error.message),
    );
    assert.deepEqual(opened.server.verbs, []);

    process.env.KRB5_CLIENT_KTNAME = kdc.userKeytab;
    assert.deepEqual(await opened.run(given, loadKerberosPackage), via);

    assert.match(opened.server.logins.accepted[0]?.user ?? '', /^svc-drover@LAB\.EXAMPLE$/);
  });
});
