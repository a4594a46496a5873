/** Kerberos where its package, its ticket or the host's own proof is missing. With a real realm: apache.test.ts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import type { Channel, Reply } from '#adapters/hyperv/winrm/channel.ts';
import {
  createKerberosLogin,
  type KerberosPackage,
  loadKerberos,
} from '#adapters/hyperv/winrm/kerberos.ts';

const call = { answerTimeoutMs: 60_000, signal: new AbortController().signal };

function toChannel(reply: Partial<Reply>): Channel & { readonly asked: number } {
  let asked = 0;
  return {
    certificate: Buffer.alloc(1),
    isOpen: () => true,
    close: () => {},
    get asked() {
      return asked;
    },
    post: async () => {
      asked += 1;
      return {
        status: 200,
        contentType: undefined,
        authenticate: [],
        body: Buffer.alloc(0),
        ...reply,
      };
    },
  };
}

type Client = Awaited<ReturnType<KerberosPackage['initializeClient']>>;

const toPackage = (client: Partial<Client>) => async (): Promise<KerberosPackage> => ({
  GSS_MECH_OID_SPNEGO: 1,
  initializeClient: async () => ({
    contextComplete: true,
    step: async () => 'dG9rZW4=',
    ...client,
  }),
});

async function fail(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (it) => it,
  );
  assert.ok(error instanceof RemoteError, `${error}`);
  assert.equal(error.end, 'not_started');
  return error;
}

const proves = { authenticate: ['Negotiate dG9rZW4='] };

describe('a login by Kerberos', () => {
  it('says which package is missing: npm ci does not bring it', async () => {
    const channel = toChannel(proves);

    const error = await fail(createKerberosLogin('hv01', loadKerberos)(channel, call));

    assert.equal(error.failure, 'login_not_possible');
    assert.match(
      error.message,
      /^the package kerberos is not installed: npm install --no-save kerberos@/,
    );
    assert.equal(channel.asked, 0);
  });

  it('says when the package is there and cannot be loaded', async () => {
    const load = () => Promise.reject(new Error('libgssapi_krb5.so.2: cannot open'));

    const error = await fail(createKerberosLogin('hv01', load)(toChannel(proves), call));

    assert.match(error.message, /cannot be loaded \(Kerberos: libgssapi_krb5/);
  });

  it('is accepted when both sides have proven themselves', async () => {
    const login = await createKerberosLogin('hv01', toPackage({}))(toChannel(proves), call);

    assert.deepEqual(login, { headers: {} });
  });

  for (const [what, client, reply, failure] of [
    ['the host does not prove itself', { contextComplete: false }, proves, 'login_refused'],
    ['the host says nothing of itself', {}, {}, 'odd_answer'],
    ['the host refuses the ticket', {}, { status: 401 }, 'login_refused'],
    [
      'there is no ticket',
      { step: () => Promise.reject(new Error('No credentials were supplied')) },
      proves,
      'login_not_possible',
    ],
  ] as const)
    it(`is not accepted when ${what}`, async () => {
      const error = await fail(
        createKerberosLogin('hv01', toPackage(client))(toChannel(reply), call),
      );

      assert.equal(error.failure, failure);
    });

  it('does not wait for a KDC that never answers', async () => {
    const silent = toPackage({ step: () => new Promise<never>(() => {}) });
    const soon = { ...call, answerTimeoutMs: 50 };

    const error = await fail(createKerberosLogin('hv01', silent)(toChannel(proves), soon));

    assert.match(error.message, /no answer within 50 ms/);
  });

  it('goes over HTTPS alone', async () => {
    const channel = { ...toChannel(proves), certificate: undefined };

    await assert.rejects(createKerberosLogin('hv01', toPackage({}))(channel, call), /plain HTTP/);
    assert.equal(channel.asked, 0);
  });

  // Named in package.json, even as an optional peer, `npm install kerberos` says "up to date" and installs nothing.
  it('has a package that is nowhere declared, so that npm installs it when it is told to', () => {
    for (const name of ['package.json', 'package-lock.json']) {
      const file = new URL(`../../../../${name}`, import.meta.url);
      assert.doesNotMatch(readFileSync(file, 'utf8'), /"(node_modules\/)?kerberos"/, name);
    }
  });
});
