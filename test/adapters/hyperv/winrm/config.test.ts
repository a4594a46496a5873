import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WinrmConfig } from '#adapters/hyperv/winrm/config.ts';

const base = { host: 'hv01.lab.example', user: 'LAB\\svc', password: 'secret' };

describe('how a host is reached', () => {
  it('is HTTPS on 5986 with NTLM, unless said otherwise', () => {
    const { protocol, port, authentication } = WinrmConfig.parse(base);

    assert.deepEqual([protocol, port, authentication], ['https', 5986, 'ntlm']);
    assert.equal(WinrmConfig.parse({ ...base, protocol: 'http' }).port, 5985);
  });

  it('takes a thumbprint in any spelling', () => {
    const { thumbprint } = WinrmConfig.parse({
      ...base,
      thumbprint: 'ab:'.repeat(31).concat('cd'),
    });

    assert.equal(thumbprint, `${'AB'.repeat(31)}CD`);
  });

  for (const [what, given, words] of [
    ['Basic not switched on', { authentication: 'basic' }, /allowBasic permits it/],
    [
      'Basic over HTTP, switched on or not',
      { authentication: 'basic', allowBasic: true, protocol: 'http' },
      /only NTLM can encrypt/,
    ],
    [
      'Kerberos over HTTP',
      { authentication: 'kerberos', protocol: 'http', user: undefined, password: undefined },
      /only NTLM can encrypt the messages; use https/,
    ],
    ['Kerberos with a password', { authentication: 'kerberos' }, /never a password/],
    ['NTLM without a password', { password: undefined }, /needs a user and a password/],
    ['a bare user name', { user: 'svc' }, /is DOMAIN\\user or user@domain/],
    ['two kinds of trust', { ca: 'x', thumbprint: 'a'.repeat(64) }, /exclude each other/],
    ['trust without TLS', { protocol: 'http', ca: 'x' }, /no certificate to trust/],
    ['an address', { host: 'https://hv01' }, /is a name or an IPv4 address/],
    ['an unknown key', { verify: false }, /verify/],
  ] as const)
    it(`is refused: ${what}`, () => {
      const { success, error } = WinrmConfig.safeParse({ ...base, ...given });

      assert.equal(success, false);
      assert.match(JSON.stringify(error?.issues).replaceAll('\\\\', '\\'), words);
      assert.doesNotMatch(JSON.stringify(error?.issues), /secret/);
    });
});
