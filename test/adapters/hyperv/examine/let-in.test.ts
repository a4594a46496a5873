/** B55: what a host that lets the account in lacks, each with its remedy; and Kerberos, which may end before the host. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KerberosPackage } from '#adapters/hyperv/winrm/kerberos.ts';
import { FAULTS } from '#test/fakes/hyperv/ws-man-text.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { examine, openService } from './open-examined.ts';

const only = (lines: readonly string[]) => lines.filter((line) => line.startsWith('✗'));

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
