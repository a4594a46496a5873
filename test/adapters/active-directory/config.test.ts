/** What an operator may write. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { ActiveDirectoryConfig } from '#adapters/active-directory/config.ts';

const good = {
  servers: ['dc1.corp.example', 'dc2.corp.example:3269', '10.0.0.1:6360', '[fe80::1]'],
  ...{ baseDn: 'DC=corp,DC=example', user: 'svc@corp.example', password: 'S3cret!' },
  caFile: '/etc/drover/ca.pem',
};

const refuse = (changed: object) => {
  const parsed = ActiveDirectoryConfig.safeParse({ ...good, ...changed });
  assert.ok(parsed.error, JSON.stringify(changed));
  return z.prettifyError(parsed.error);
};

describe('the configuration of Active Directory', () => {
  it('takes servers with and without a port, in their order', () => {
    const { servers } = ActiveDirectoryConfig.parse(good);

    assert.deepEqual(servers, [
      { host: 'dc1.corp.example', port: 636 },
      { host: 'dc2.corp.example', port: 3269 },
      { host: '10.0.0.1', port: 6360 },
      { host: 'fe80::1', port: 636 },
    ]);
  });

  it('never speaks LDAP in clear', () => {
    for (const server of [
      'ldap://dc1',
      'ldaps://dc1',
      'dc1:389',
      'dc1:3268',
      'dc1:0',
      'dc1:99999',
      'dc1/',
      '',
    ])
      assert.match(refuse({ servers: [server] }), /servers/, server);
  });

  it('refuses a missing authority, an unknown key and an empty list', () => {
    refuse({ caFile: undefined });
    refuse({ tls: false });
    refuse({ servers: [] });
    refuse({ baseDn: 'corp.example' });
  });

  it('refuses a password that would log in as nobody, and does not repeat it', () => {
    for (const password of ['', '  ', 'x\0y', '\n']) refuse({ password });

    assert.ok(!refuse({ password: 'S3cret\0' }).includes('S3cret'));
  });

  it('refuses a bare name, which might be that of a SASL mechanism', () => {
    for (const user of ['PLAIN', 'EXTERNAL', 'svc', '']) refuse({ user });
    for (const user of ['CORP\\svc', 'CN=svc,DC=corp', 'svc@corp'])
      assert.ok(ActiveDirectoryConfig.safeParse({ ...good, user }).success);
  });

  it('waits two to three seconds for a server if nothing else is said', () => {
    const { connectTimeoutMs, answerTimeoutMs, giveUpAfterMs } = ActiveDirectoryConfig.parse(good);

    assert.deepEqual([connectTimeoutMs, answerTimeoutMs, giveUpAfterMs], [2_000, 3_000, 8_000]);
  });
});
