/** B55: the layer that fails is told from all others, by its words and its remedy, and the account is shown once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeHostCertificate, makeSiteAuthority } from '#test/fakes/hyperv/site/certificates.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
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

    const { examination, lines } = await examine([server], {
      hosts: [`127.0.0.1:${server.port}`],
    });

    const [host] = examination.hosts;
    assert.deepEqual(host?.login, { state: 'refused', suspects: ['password', 'name'] });
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
