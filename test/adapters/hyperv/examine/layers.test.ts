/** B55: the layer that fails is told from all others, by its words and its remedy, and the account is shown once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KerberosPackage } from '#adapters/hyperv/winrm/kerberos.ts';
import { makeHostCertificate, makeSiteAuthority } from '#test/fakes/hyperv/site/certificates.ts';
import { FAULTS } from '#test/fakes/hyperv/ws-man-text.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { examine, openService } from './open-examined.ts';

const only = (lines: readonly string[]) => lines.filter((line) => line.startsWith('✗'));

describe('B55 a host that is not reached', needsPeer('openssl'), () => {
  it('says that the name is not known', async () => {
    await using server = await openService();

    const { lines } = await examine([server], { hosts: ['old-name.invalid:5986'] });

    assert.match(
      only(lines).join(),
      /old-name\.invalid:5986 is not reached\. Name: .*getent hosts old-name\.invalid/,
    );
    assert.equal(server.connections, 0);
  });

  it('says that nothing listens', async () => {
    await using server = await openService();
    const port = await findFreePort();

    const { lines } = await examine([server], { hosts: [`localhost:${port}`] });

    assert.match(
      only(lines).join(),
      /Port: nothing listens .*winrm enumerate winrm\/config\/listener/,
    );
  });

  it('says that what listens speaks no TLS', async () => {
    await using server = await openService({ protocol: 'http' });

    const { lines } = await examine([server]);

    assert.match(only(lines).join(), /TLS: what listens .* speaks no TLS 1\.2/);
  });

  it('says for which names its certificate is, and keeps the account to itself', async () => {
    const authority = await makeSiteAuthority();
    const other = { name: 'hv-new.lab.example', address: '10.0.0.9' };
    const certificate = await makeHostCertificate(authority, other);
    await using server = await openService({ certificate });

    const { lines, examination } = await examine([{ ...server, caPem: authority.cert }]);

    assert.deepEqual(examination.hosts[0]?.reach, { state: 'not_trusted', faults: ['other_name'] });
    assert.match(
      only(lines).join(),
      /Name: its certificate is for hv-new\.lab\.example, 10\.0\.0\.9 and not for localhost\. Write one/,
    );
    assert.deepEqual([...server.logins.accepted, ...server.logins.refused], []);
  });

  it('tells an unknown authority, an expired certificate and another thumbprint apart', async () => {
    await using server = await openService();
    const stranger = await makeSiteAuthority();
    const inAYear = () => new Date(Date.now() + 365 * 86_400_000);

    const unknown = await examine([{ port: server.port, caPem: stranger.cert }]);
    const expired = await examine([server], {}, { now: inAYear });
    const host = `localhost:${server.port}`;
    const pinned = await examine([server], {
      ...{ caFile: undefined, hosts: [host], thumbprints: { [host]: 'AB'.repeat(32) } },
    });

    assert.match(only(unknown.lines).join(), /Certificate: nobody trusted here vouches .*caFile/);
    assert.match(only(expired.lines).join(), /Certificate: it has expired .*Set-WSManInstance/);
    assert.match(
      only(pinned.lines).join(),
      /Certificate: it shows the thumbprint [0-9A-F]{64}, not/,
    );
    assert.deepEqual([...server.logins.accepted, ...server.logins.refused], []);
  });
});

describe('B55 a host that refuses the login', needsPeer('openssl'), () => {
  it('suspects the password where name and clock are right', async () => {
    await using server = await openService();

    const { examination, lines } = await examine([server], { password: 'not-it-3141' });

    assert.deepEqual(examination.hosts[0]?.login, { state: 'refused', suspects: ['password'] });
    assert.match(only(lines).join(), /gives no reason\. Password or account: .*Get-ADUser/);
    assert.doesNotMatch(lines.join('\n'), /not-it-3141/);
    assert.deepEqual(server.logins.refused, ['bad proof']);
  });

  it('suspects the name where it calls itself otherwise: 401 for the old one, in under the new one', async () => {
    await using server = await openService({
      ...{ computer: 'hv-new', principals: ['HTTP/127.0.0.1'] },
    });

    const old = await examine([server]);
    const now = await examine([server], { hosts: [`127.0.0.1:${server.port}`] });

    assert.deepEqual(old.examination.hosts[0]?.login, {
      ...{ state: 'refused', suspects: ['name', 'password'] },
    });
    assert.match(
      only(old.lines).join(),
      /Name or SPN: it calls itself hv-new\.lab\.example and was asked as localhost\. Write hv-new\.lab\.example under hosts, or register the alias: setspn -S HTTP\/localhost hv-new/,
    );
    assert.deepEqual(now.examination.hosts[0]?.login, { state: 'accepted' });
    assert.deepEqual(server.logins.refused, ['meant for HTTP/localhost']);
  });

  it('says of an address that it has no SPN', async () => {
    await using server = await openService({ principals: ['HTTP/localhost'] });

    const { lines } = await examine([server], { hosts: [`127.0.0.1:${server.port}`] });

    assert.match(only(lines).join(), /was asked as 127\.0\.0\.1, an address that has no SPN/);
  });

  it('names the clock before all else, and also where the login is good', async () => {
    await using server = await openService({ clockAheadMs: 600_000 });

    const refused = await examine([server], { password: 'not it' });
    const good = await examine([server]);

    assert.deepEqual(refused.examination.hosts[0]?.login, {
      ...{ state: 'refused', suspects: ['clock', 'password'] },
    });
    assert.match(
      only(good.lines).join('\n'),
      /Clock: 10 min ahead of this machine\. .*w32tm \/resync/,
    );
    assert.equal(only(good.lines).length, 1);
  });

  it('is the last one to be shown the account: two hosts and a second connection stay untried', async () => {
    await using first = await openService();
    await using second = await openService();
    await using third = await openService();
    const refused = new Set<string>();
    const wrong = { password: 'not it' };

    const { lines } = await examine([first, second], wrong, { refused });
    await examine([third], wrong, { refused });
    await examine([third], { user: 'LAB\\administrator', password: 'P@ssw0rd!é' }, { refused });

    assert.equal(first.logins.refused.length, 1);
    assert.deepEqual([...second.logins.refused, ...third.logins.refused], []);
    assert.deepEqual(
      third.logins.accepted.map(({ user }) => user),
      ['administrator'],
    );
    assert.match(only(lines).join('\n'), /not logged in, since another host refused the account/);
  });

  it('does not suspect a password that another host takes', async () => {
    await using first = await openService();
    await using second = await openService({ users: { 'svc-drover': 'another' } });

    const { examination, lines } = await examine([first, second]);

    assert.deepEqual(examination.hosts[1]?.login, { state: 'refused', suspects: ['rights'] });
    assert.match(only(lines).join(), /Rights: another host lets this account in/);
  });

  it('says that what answers is no WinRM, or offers another login', async () => {
    await using server = await openService();
    server.order({ verb: 'login', fault: { kind: 'answer', status: 503, body: '' } });

    const { lines } = await examine([server]);

    assert.match(only(lines).join(), /what answers there is not WinRM \(HTTP status 503\)/);
    assert.deepEqual(server.logins.accepted, []);
  });
});

describe('B55 Kerberos', needsPeer('openssl'), () => {
  /** GSSAPI that ends with MIT's words for one cause. */
  const failing = (words: string) => async (): Promise<KerberosPackage> => ({
    GSS_MECH_OID_SPNEGO: 6,
    initializeClient: async () => {
      throw new Error(
        `Unspecified GSS failure.  Minor code may provide more information: ${words}`,
      );
    },
  });
  const kerberos = { authentication: 'kerberos', user: undefined, password: undefined } as const;
  const cases = [
    [
      'Server HTTP/localhost@LAB.EXAMPLE not found in Kerberos database',
      /SPN: .*setspn -S HTTP\/localhost/,
    ],
    ['Clock skew too great', /Clock: .*timedatectl/],
    ['Preauthentication failed', /Password: the keytab/],
    ["Client 'x@LAB.EXAMPLE' not found in Kerberos database", /Account: .*klist -k/],
    [
      'No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)',
      /Ticket: .*KRB5_CLIENT_KTNAME/,
    ],
    ['Cannot contact any KDC for realm LAB.EXAMPLE', /Name: no domain controller/],
  ] as const;
  for (const [words, said] of cases)
    it(`says of “${words}” what to do`, async () => {
      await using server = await openService();

      const { lines } = await examine([server], kerberos, { loadKerberos: failing(words) });

      assert.match(only(lines).join('\n'), said);
      assert.deepEqual(server.logins.refused, []);
    });

  it('stops at a wrong keytab, and not at one host’s missing SPN', async () => {
    await using first = await openService();
    await using second = await openService();
    const ask = async (words: string) => {
      const loadKerberos = failing(words);
      const { examination } = await examine([first, second], kerberos, { loadKerberos });
      return examination.hosts.map(({ login }) => login.state);
    };

    assert.deepEqual(await ask('Preauthentication failed'), ['not_possible', 'not_tried']);
    assert.deepEqual(await ask('Server x not found in Kerberos database'), [
      ...['not_possible', 'not_possible'],
    ]);
  });
});

describe('B55 a host that lets the account in', needsPeer('openssl'), () => {
  it('says that the account may open no shell', async () => {
    await using server = await openService();
    server.order({ verb: 'Create', fault: { kind: 'fault', fault: FAULTS.accessDenied } });

    const { lines } = await examine([server]);

    assert.match(
      only(lines).join(),
      /Rights: the login is good, but the account may not open a shell\. .*-SID S-1-5-32-580/,
    );
  });

  it('is read by HTTP too, where NTLM encrypts the messages', async () => {
    await using server = await openService({ protocol: 'http' });

    const { examination, lines } = await examine([server], {
      ...{ protocol: 'http', caFile: undefined },
    });

    assert.deepEqual(only(lines), []);
    assert.match(lines.join('\n'), /✓ .*by HTTP, messages encrypted by NTLM; no certificate/);
    assert.ok(examination.hosts[0]?.reading);
  });

  it('says that its certificate ends soon', async () => {
    await using server = await openService({ certificate: await makeThrowAwayCertificate() });

    const { lines } = await examine([server]);

    assert.match(
      only(lines).join('\n'),
      /^✗ localhost:\d+: its certificate ends on \d{4}-\d\d-\d\d: renew/,
    );
    assert.equal(only(lines).length, 1);
  });

  it('tells quotas that are too small, each with its command', async () => {
    await using server = await openService({
      settings: { maxShells: 2, maxOperations: 100, maxMemoryMb: 150, maxEnvelopeKb: 50 },
    });

    const { lines } = await examine([server]);

    assert.deepEqual(
      only(lines).map((line) =>
        /Quota: (\w+) is (\d+), and Drover needs (\d+): (.*)/.exec(line)?.slice(1),
      ),
      [
        [
          'MaxShellsPerUser',
          '2',
          '5',
          'Set-Item -Path WSMan:\\localhost\\Shell\\MaxShellsPerUser -Value 5',
        ],
        [
          ...['MaxConcurrentOperationsPerUser', '100', '1250'],
          'Set-Item -Path WSMan:\\localhost\\Service\\MaxConcurrentOperationsPerUser -Value 1250',
        ],
        [
          'MaxMemoryPerShellMB',
          '150',
          '512',
          'Set-Item -Path WSMan:\\localhost\\Shell\\MaxMemoryPerShellMB -Value 512',
        ],
        [
          'MaxEnvelopeSizekb',
          '50',
          '150',
          'Set-Item -Path WSMan:\\localhost\\MaxEnvelopeSizekb -Value 150',
        ],
      ],
    );
  });

  it('finds nothing wrong with the least rights, which may not read WinRM’s settings', async () => {
    await using server = await openService({ settings: 'denied' });

    const { lines } = await examine([server]);

    assert.deepEqual(only(lines), []);
    assert.match(lines.join('\n'), /✓ .*to administrators alone\. .*winrm get winrm\/config/);
  });

  it('says what the account lacks on the host, in the cluster and beyond it', async () => {
    const cluster = {
      access: [{ who: 'BUILTIN\\Administrators', kind: 'Allow', rights: 'Full' }],
      hopFault: 'Get-Cluster,Microsoft.FailoverClusters.PowerShell.GetClusterCommand',
      nodes: [{ name: 'hv02', state: 'Paused', drain: 'Completed' }],
    };
    const migration = {
      ...{ enabled: true, authentication: 'CredSSP', atOnce: 2, storageAtOnce: 2 },
      ...{ anyNetwork: true, networks: [] },
    };
    const host = { groups: ['S-1-5-32-580'], clusterService: 'Running', modules: [], migration };
    await using server = await openService({}, { host, cluster });

    const { lines } = await examine([server]);
    const without = await examine([server], { highlyAvailable: false });

    const said = only(lines).join('\n');
    assert.match(said, /module Hyper-V is missing: Install-WindowsFeature Hyper-V-PowerShell/);
    assert.match(said, /module FailoverClusters is missing: .*RSAT-Clustering-PowerShell/);
    assert.match(said, /Rights: .*neither in Hyper-V Administrators.*-SID S-1-5-32-578/);
    assert.match(said, /Rights: .*Grant-ClusterAccess -User/);
    assert.match(said, /the node hv02 is Paused: .*Resume-ClusterNode -Name hv02/);
    assert.match(said, /Delegation: live migration is set to CredSSP.*Kerberos/);
    assert.match(
      said,
      /Delegation: a script on it does not get on to hv02 .*highlyAvailable: false/,
    );
    assert.equal(only(lines).length, 7);
    assert.equal(only(without.lines).length, 6);
  });
});
