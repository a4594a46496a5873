/** Channel binding, MIC and seals, judged by gss-ntlmssp: a server that shares no line with Drover. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Channel } from '#adapters/hyperv/winrm/channel.ts';
import { createNtlmLogin } from '#adapters/hyperv/winrm/login.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { type GssAcceptor, startGssAcceptor } from '#test/peers/winrm/gss-acceptor.ts';

const password = 'S3cret é世界';
const account = { user: 'svc-drover', domain: 'LAB', password };
const call = { answerTimeoutMs: 60_000, signal: new AbortController().signal };

interface Way {
  readonly certificate: Buffer | undefined;
  /** What the server binds to. */
  readonly binding: Buffer | undefined;
  readonly alter?: (token: Buffer) => Buffer;
}

/** A channel whose other end is GSSAPI. */
function toChannel(acceptor: GssAcceptor, { certificate, binding, alter }: Way): Channel {
  return {
    certificate,
    isOpen: () => true,
    close: () => {},
    post: async ({ headers }) => {
      const sent = Buffer.from(headers.Authorization?.split(' ')[1] ?? '', 'base64');
      const { token, isComplete } = await acceptor.accept(alter ? alter(sent) : sent, binding);
      return {
        status: isComplete ? 200 : 401,
        contentType: undefined,
        authenticate: token ? [`Negotiate ${token.toString('base64')}`] : [],
        body: Buffer.alloc(0),
      };
    },
  };
}

const toBinding = (certificate: Buffer) =>
  Buffer.concat([
    Buffer.from('tls-server-end-point:'),
    createHash('sha256').update(certificate).digest(),
  ]);

const makeCertificate = async () =>
  new X509Certificate((await makeThrowAwayCertificate()).cert).raw;

/** EACCES: a proof that is not true. */
const REFUSED = /Invalid token was supplied.*Permission denied/;

describe('gss-ntlmssp', needsPeer('gss-acceptor', 'openssl'), () => {
  const start = () => startGssAcceptor(`LAB:svc-drover:${password}`);
  const logIn = createNtlmLogin(account, 'hv01.lab.example');

  it('accepts a login bound to its own channel', async () => {
    const certificate = await makeCertificate();
    await using acceptor = await start();

    const binding = toBinding(certificate);
    const login = await logIn(toChannel(acceptor, { certificate, binding }), call);

    assert.ok(login.sealing);
  });

  it('refuses one that is bound to another channel', async () => {
    const [own, other] = [await makeCertificate(), await makeCertificate()];
    await using acceptor = await start();

    const way = { certificate: other, binding: toBinding(own) };
    await assert.rejects(logIn(toChannel(acceptor, way), call), REFUSED);
  });

  it('takes one that is bound to none, as hosts do that are not strict', async () => {
    await using acceptor = await start();

    const way = { certificate: undefined, binding: toBinding(await makeCertificate()) };

    assert.ok((await logIn(toChannel(acceptor, way), call)).sealing);
  });

  it('refuses one whose messages were changed on the way', async () => {
    await using acceptor = await start();

    const alter = (token: Buffer) => {
      // The version in the first message: nothing but the MIC of the third covers it.
      const altered = Buffer.from(token);
      if (token.readUInt32LE(8) === 1) altered[32] = (altered[32] ?? 0) ^ 1;
      return altered;
    };
    const way = { certificate: undefined, binding: undefined, alter };
    await assert.rejects(logIn(toChannel(acceptor, way), call), REFUSED);
  });

  it('opens what is sealed, and seals what is opened, in turn', async () => {
    await using acceptor = await start();
    const way = { certificate: undefined, binding: undefined };
    const { sealing } = await logIn(toChannel(acceptor, way), call);
    assert.ok(sealing);

    for (const text of ['one', 'zwei é世界', 'x'.repeat(100_000)]) {
      const { signature, data } = sealing.seal(Buffer.from(text));
      const opened = await acceptor.open(Buffer.concat([signature, data]));
      assert.equal(opened.toString(), text);

      const sealed = await acceptor.seal(Buffer.from(text));
      const parts = { signature: sealed.subarray(0, 16), data: sealed.subarray(16) };
      assert.equal(sealing.unseal(parts)?.toString(), text);
    }
  });
});
