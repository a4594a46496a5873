/** Who is not let in, and whom Drover does not trust: nothing is run, and a password is tried once. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { toStandardInput } from '#adapters/hyperv/winrm/bootstrap.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { openHost, toRun } from './open-host.ts';

async function fail(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (it) => it,
  );
  assert.ok(error instanceof RemoteError, `${error}`);
  return error;
}

describe('a login', needsPeer('openssl'), () => {
  for (const [what, client] of [
    ['a wrong password', { password: 'nope' }],
    ['an unknown user', { user: 'LAB\\nobody' }],
    ['a wrong password by Basic', { password: 'nope', authentication: 'basic', allowBasic: true }],
  ] as const)
    it(`is refused for ${what}, and not tried again: accounts get locked`, async () => {
      await using opened = await openHost({ client });

      const error = await fail(opened.scripts.run(toRun()));
      const again = await fail(opened.scripts.run(toRun()));

      assert.deepEqual([error.failure, error.end], ['login_refused', 'not_started']);
      assert.deepEqual([again.failure, again.end], ['left_alone', 'not_started']);
      assert.match(again.message, /^localhost is left alone for \d+ s after 1 failures/);
      assert.equal(opened.server.logins.refused.length, 1);
      assert.deepEqual(opened.server.verbs, []);
    });

  it('is refused over sealed HTTP for a wrong password, too', async () => {
    await using opened = await openHost({
      server: { protocol: 'http' },
      client: { password: 'nope' },
    });

    assert.equal((await fail(opened.scripts.run(toRun()))).failure, 'login_refused');
    assert.deepEqual(opened.server.logins.refused, ['bad proof']);
  });

  it('takes user@domain', async () => {
    await using opened = await openHost({
      server: { users: { 'svc@lab.example': 'pw' } },
      client: { user: 'svc@lab.example', password: 'pw' },
    });

    assert.equal((await opened.scripts.run(toRun())).exitCode, 0);
  });

  it('by Basic works where it is switched on, over HTTPS', async () => {
    await using opened = await openHost({
      client: { user: 'svc-drover', authentication: 'basic', allowBasic: true },
    });

    assert.equal((await opened.scripts.run(toRun())).exitCode, 0);
    assert.equal(opened.server.logins.accepted[0]?.scheme, 'basic');
  });

  it('says what is offered instead', async () => {
    await using opened = await openHost();
    opened.server.order({ verb: 'login', fault: { kind: 'answer', status: 403, body: '' } });

    const error = await fail(opened.scripts.run(toRun()));

    assert.equal(error.failure, 'odd_answer');
    assert.match(error.message, /HTTP status 403/);
  });
});

function makeCertificateFor(name: string) {
  const args = ['req', '-x509', '-nodes', '-days', '1', '-subj', '/CN=h', '-newkey', 'rsa:2048'];
  const out = ['-addext', `subjectAltName=DNS:${name}`, '-keyout', '-', '-out', '-'];
  const pem = execFileSync('openssl', [...args, ...out], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [key = '', cert = ''] = pem.toString().split(/(?=-----BEGIN CERTIFICATE)/);
  return { key, cert };
}

describe('a certificate', needsPeer('openssl'), () => {
  it('is trusted by its authority, or when it is the pinned one', async () => {
    const certificate = await makeThrowAwayCertificate();
    const thumbprint = new X509Certificate(certificate.cert).fingerprint256;
    await using opened = await openHost({ server: { certificate }, client: { thumbprint } });

    await opened.scripts.run(toRun());

    assert.equal(opened.server.logins.accepted[0]?.isBound, true);
  });

  for (const [what, client, words] of [
    ['nobody vouches for it', { ca: undefined }, /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED/],
    [
      'another one is pinned',
      { thumbprint: 'ab'.repeat(32) },
      /shows the certificate [0-9A-F]{64}$/,
    ],
  ] as const)
    it(`is not trusted when ${what}, and not a byte is sent`, async () => {
      await using opened = await openHost({ client });

      const error = await fail(opened.scripts.run(toRun()));

      assert.match(error.message, words);
      assert.equal(error.end, 'not_started');
      assert.equal(opened.server.logins.refused.length, 0);
      assert.deepEqual(opened.server.verbs, []);
    });

  it('is not trusted when it is made out to another name, whoever vouches for it', async () => {
    const certificate = makeCertificateFor('hv02.lab.example');
    await using opened = await openHost({ server: { certificate } });

    const error = await fail(opened.scripts.run(toRun()));

    assert.deepEqual([error.failure, error.end], ['not_trusted', 'not_started']);
    assert.match(error.message, /ERR_TLS_CERT_ALTNAME_INVALID/);
    assert.deepEqual(opened.server.verbs, []);
  });

  it('is not trusted for an empty list of authorities', async () => {
    await using opened = await openHost({ client: { ca: 'no certificate' } });

    await assert.rejects(opened.scripts.run(toRun()), /ca holds no certificate in PEM/);
  });
});

describe('secrets', needsPeer('openssl'), () => {
  const password = 'Zx9-highly-secret';
  const parameters = { key: 'parameter-highly-secret' };
  const script = { name: 'named', text: '# text-highly-secret' };
  const base64 = Buffer.from(password).toString('base64').slice(0, 20);

  /** As it goes over the wire: base64 of its own, in base64 of the envelope. */
  const onTheWire = toStandardInput({ script, parameters }).toString('base64').slice(40, 80);

  const wires = [
    ['login', { kind: 'drop_request' }],
    ['Command', { kind: 'drop_answer' }],
    ['Send', { kind: 'drop_answer' }],
    ['Receive', { kind: 'cut_answer' }],
    ['Receive', { kind: 'answer', status: 200, body: `<a>${password}` }],
    ['Receive', { kind: 'lose_shells' }],
  ] as const;

  for (const protocol of ['https', 'http'] as const)
    for (const [verb, fault] of wires)
      it(`stand in no error, however deep: ${fault.kind} at ${verb} over ${protocol}`, async () => {
        await using opened = await openHost({
          server: { protocol, users: { 'svc-drover': password } },
          client: { password },
        });
        opened.server.order({ verb, fault });

        const error = await fail(opened.scripts.run(toRun({ script, parameters })));

        const shown = inspect(error, { depth: Infinity, showHidden: true, getters: true });
        for (const secret of [password, base64, 'highly-secret', 'NTLMSSP', onTheWire])
          assert.ok(!shown.includes(secret), `${secret} in ${shown}`);
      });

  it('stand in no error of a refused login, nor in the client itself', async () => {
    for (const authentication of ['ntlm', 'basic'] as const) {
      await using opened = await openHost({
        client: { password, authentication, allowBasic: true },
      });

      const error = await fail(opened.scripts.run(toRun({ script, parameters })));

      const options = { depth: Infinity, showHidden: true, getters: true };
      assert.equal(error.failure, 'login_refused');
      assert.ok(!inspect(error, options).includes('highly-secret'));
      assert.ok(!inspect(opened.scripts, options).includes('highly-secret'));
    }
  });
});
