/** What doctor is told. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { baseDn, organizationalUnits as ou, serverName } from '#test/peers/samba/domain.ts';
import { foreignSid } from '#test/peers/samba/seed.ts';
import { readSid } from './domain-changes.ts';
import { openDirectory } from './open-directory.ts';
import { startRelay } from './relay.ts';

describe('the examination of a directory', needsPeer('samba'), () => {
  let domain: Domain;
  before(async () => {
    domain = await startDomain({ controllers: 2 });
  });
  after(() => domain?.[Symbol.asyncDispose]());

  it('finds nothing wrong where nothing is', async () => {
    await using opened = openDirectory(domain);

    const { servers } = await opened.directory.examine([]);

    assert.deepEqual(
      servers.map(({ server }) => server),
      domain.controllers.map(({ server }) => server),
    );
    for (const { certificate, login, token, isOfDomain, clockAheadMs, fault } of servers) {
      assert.deepEqual(
        [login, token, isOfDomain, fault],
        ['accepted', { state: 'equal' }, true, undefined],
      );
      assert.equal(certificate?.subject, `CN=${serverName}`);
      assert.equal(certificate?.refusedBecause, undefined);
      assert.ok((certificate?.expiresAt.getTime() ?? 0) > Date.now());
      assert.ok(Math.abs(clockAheadMs ?? Number.NaN) < 5_000);
    }
  });

  it('says of each group what is wrong with it, and which members cannot be read', async () => {
    await using opened = openDirectory(domain);
    const names = ['web-team', 'twin-group', 'Mail List', 'no-such-group', 'with-foreigner'];

    const { groups } = await opened.directory.examine(names);

    assert.deepEqual(
      groups.map(({ name, state, unreadable }) => [name, state, unreadable]),
      [
        ['web-team', 'found', []],
        ['twin-group', 'ambiguous', undefined],
        ['Mail List', 'distribution', undefined],
        ['no-such-group', 'missing', undefined],
        ['with-foreigner', 'found', [foreignSid]],
      ],
    );
  });

  it('shows a certificate that it does not trust, and why not', async () => {
    await using opened = openDirectory(domain, { servername: 'evil.example.test' });

    const { servers, groups } = await opened.directory.examine(['web-team']);

    for (const { certificate, fault, login } of servers) {
      assert.equal(fault?.failure, 'not_trusted');
      assert.equal(certificate?.subject, `CN=${serverName}`);
      assert.match(certificate?.refusedBecause ?? '', /ERR_TLS_CERT_ALTNAME_INVALID/);
      assert.equal(login, 'not_tried');
    }
    assert.deepEqual(groups, [{ name: 'web-team', state: 'not_asked' }]);
  });

  it('says which servers are down, and examines the others', async () => {
    await using relay = await startRelay(domain.controllers[0]?.server ?? '');
    await relay.stop();
    const controllers = [relay, ...domain.controllers.slice(0, 1)];
    await using opened = openDirectory({ ...domain, controllers });

    const { servers, groups } = await opened.directory.examine(['web-team']);

    assert.deepEqual(
      servers.map(({ fault, login }) => [fault?.failure, login]),
      [
        ['not_connected', 'not_tried'],
        [undefined, 'accepted'],
      ],
    );
    assert.equal(groups[0]?.state, 'found');
  });

  it('gives a refused password to one server only', async () => {
    await using opened = openDirectory(domain, { password: 'Wrong.Passw0rd!' });

    const { servers } = await opened.directory.examine(['web-team']);

    assert.deepEqual(
      servers.map(({ login }) => login),
      ['52e', 'not_tried'],
    );
  });

  it('says that the base is another domain’s', async () => {
    await using opened = openDirectory(domain, { baseDn: 'DC=other,DC=test' });

    const { servers, groups } = await opened.directory.examine(['web-team']);

    assert.equal(servers[0]?.isOfDomain, false);
    assert.equal(servers[0]?.domain, baseDn);
    assert.deepEqual(groups, [{ name: 'web-team', state: 'no_domain' }]);
    const said = { code: 'domain_not_served', facts: { baseDn: 'DC=other,DC=test' } };
    const { directory } = opened;
    await assert.rejects(directory.findGroup('web-team'), said);
    await assert.rejects(directory.findByLogin('ann'), said);
    await assert.rejects(directory.signIn('ann', 'User.Passw0rd!'), said);
  });

  it('says that groups cannot be read', async () => {
    const service = await readSid(domain, 'svc-drover');
    const tokenGroups = 'b7c69e6d-2cc7-11d2-854e-00a0c983f608';
    const entry = `(OD;;RP;${tokenGroups};;${service})`;
    await domain.addAccessEntry(`CN=svc-drover,${ou.service}`, entry);
    await using opened = openDirectory(domain);

    const { servers } = await opened.directory.examine([]);

    assert.deepEqual(
      servers.map(({ token }) => token.state),
      ['empty', 'equal'],
    );
  });
});
