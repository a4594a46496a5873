/** Controllers that stop, hang, or are not what they should be: every read ends in time, and never in "nobody". */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';
import { serviceAccount, userPassword } from '#test/peers/samba/domain.ts';
import { startFakeLdapServer } from './fake-ldap-server.ts';
import { openDirectory, readLogin } from './open-directory.ts';
import { startRelay } from './relay.ts';

/** For controllers that say nothing, so that waiting for them is short. Where they do answer, a busy machine needs more. */
const hasty = {
  connectTimeoutMs: 1_000,
  answerTimeoutMs: 1_000,
  giveUpAfterMs: 5_000,
  leaveOutMs: 60_000,
};
/** What is promised in the worst case, and time for a busy machine. */
const promisedMs = hasty.giveUpAfterMs + 2_000;

async function measure<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

/** The error of a promise that must fail, and how long that took. */
async function fail(promise: Promise<unknown>) {
  const { ms, result } = await measure(() =>
    promise.then(
      () => assert.fail('it did not fail'),
      (error) => error,
    ),
  );
  return { ms, error: result };
}

describe('a domain whose controllers fail', needsPeer('samba'), () => {
  let domain: Domain;
  before(async () => {
    domain = await startDomain({ controllers: 2 });
  });
  after(() => domain?.[Symbol.asyncDispose]());

  const twoRelays = async () => {
    const [first, second] = await Promise.all(
      domain.controllers.map(({ server }) => startRelay(server)),
    );
    assert.ok(first && second);
    return { first, second, controllers: [first, second], caFile: domain.caFile };
  };

  it('is asked at the next controller when the first one has stopped', async () => {
    const [first] = domain.controllers;
    await using opened = openDirectory(domain);
    const before = await readLogin(opened, 'ann');

    await first?.stop();
    const { ms, result } = await measure(() => opened.directory.findAccount(before.id));
    await first?.start();

    assert.deepEqual(result, before);
    assert.ok(ms < promisedMs, `${ms} ms`);
  });

  it('is asked at the next controller when the first one hangs, reads under way too', async () => {
    const [first] = domain.controllers;
    await using opened = openDirectory(domain, hasty);
    const { id } = await readLogin(opened, 'ann');

    first?.freeze();
    const { ms, result } = await measure(() =>
      Promise.all(Array.from({ length: 40 }, () => opened.directory.findAccount(id))),
    );
    first?.thaw();

    assert.ok(result.every((it) => it?.name === 'Ann Berg'));
    assert.ok(ms < promisedMs, `${ms} ms`);
  });

  it('passes over a controller that failed, and asks it again after a while', async () => {
    const relays = await twoRelays();
    await using _first = relays.first;
    await using _second = relays.second;
    await using opened = openDirectory(relays, { ...hasty, leaveOutMs: 3_000 });
    relays.first.hold();
    const { id } = await readLogin(opened, 'ann');
    assert.deepEqual([relays.first.connections, relays.second.connections], [1, 1]);

    relays.second.cut();
    await opened.directory.findAccount(id);
    assert.deepEqual([relays.first.connections, relays.second.connections], [1, 2]);

    await new Promise((resolve) => setTimeout(resolve, 3_100));
    relays.second.cut();
    await opened.directory.findAccount(id);
    assert.equal(relays.first.connections, 2);
  });

  it('H09 is not reachable when all controllers are down, and says why for each', async () => {
    const relays = await twoRelays();
    await using opened = openDirectory(relays);
    const { id } = await readLogin(opened, 'ann');
    await relays.first.stop();
    await relays.second.stop();

    const { ms, error } = await fail(opened.directory.findAccount(id));

    assert.equal(error.code, 'directory_not_reachable');
    assert.equal(error.end, 'not_started');
    const named = relays.controllers.map(({ server }) => `${server}: ECONNREFUSED at ${server}`);
    assert.deepEqual(error.facts.servers.toSorted(), named.toSorted());
    assert.ok(ms < promisedMs, `${ms} ms`);
  });

  it('H09 is not reachable when controllers take connections and say nothing', async () => {
    const relays = await twoRelays();
    await using _first = relays.first;
    await using _second = relays.second;
    relays.first.hold();
    relays.second.hold();
    await using opened = openDirectory(relays, hasty);
    const { directory } = opened;

    for (const read of [
      () => directory.findByLogin('ann'),
      () => directory.findGroup('web-team'),
      () => directory.signIn('ann', userPassword),
      () => directory.listMembers('S-1-5-32-544'),
    ]) {
      const { ms, error } = await fail(read());
      assert.equal(error.code, 'directory_not_reachable');
      assert.equal(error.facts.servers.length, 2);
      assert.ok(ms < promisedMs, `${ms} ms`);
    }
  });

  it('goes on, logged in, after a controller has ended the connection', async () => {
    await using relay = await startRelay(domain.controllers[0]?.server ?? '');
    await using opened = openDirectory({ ...domain, controllers: [relay] });
    const before = await readLogin(opened, 'alice');

    for (let times = 0; times < 3; times += 1) {
      relay.cut();
      assert.deepEqual(await opened.directory.findAccount(before.id), before);
    }
    relay.cut();
    await new Promise((resolve) => setTimeout(resolve, 100)); // now the end has been noticed

    assert.deepEqual(await opened.directory.findAccount(before.id), before);
    assert.equal(relay.connections, 5);
  });

  it('shares one new connection between all who wait for it', async () => {
    await using relay = await startRelay(domain.controllers[0]?.server ?? '');
    await using opened = openDirectory({ ...domain, controllers: [relay] });

    await Promise.all(Array.from({ length: 100 }, () => opened.directory.findByLogin('ann')));

    assert.equal(relay.connections, 1);
  });

  it('lesson S15, S17: is not trusted under another authority or another name, and nothing is sent', async () => {
    using folder = createTemporaryFolder('other-ca');
    const caFile = join(folder.path, 'ca.pem');
    writeFileSync(caFile, (await makeThrowAwayCertificate()).cert);
    await using foreign = openDirectory({ ...domain, caFile });
    await using misnamed = openDirectory(domain, { servername: 'evil.example.test' });

    const wrongCa = await fail(foreign.directory.findByLogin('ann'));
    const wrongName = await fail(misnamed.directory.findByLogin('ann'));

    assert.equal(wrongCa.error.code, 'certificate_not_trusted');
    assert.match(wrongCa.error.facts.reason, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
    assert.equal(wrongName.error.code, 'certificate_not_trusted');
    assert.match(wrongName.error.facts.reason, /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('is not trusted with a certificate that has ended', async () => {
    await using old = await startDomain({ isExpired: true });
    await using opened = openDirectory(old);

    const { error } = await fail(opened.directory.findByLogin('ann'));

    assert.equal(error.code, 'certificate_not_trusted');
    assert.match(error.facts.reason, /CERT_HAS_EXPIRED/);
  });

  it('is not asked twice with a password that it refused: the account would be locked', async () => {
    const relays = await twoRelays();
    await using _first = relays.first;
    await using _second = relays.second;
    await using opened = openDirectory(relays, { password: 'Wrong.Passw0rd!' });

    for (let times = 0; times < 5; times += 1) {
      const { error } = await fail(opened.directory.findByLogin('ann'));
      assert.equal(error.code, 'login_refused');
      assert.match(error.facts.reason, /52e/);
    }

    assert.deepEqual([relays.first.connections, relays.second.connections], [1, 0]);
    await using right = openDirectory(domain);
    assert.ok(await right.directory.findByLogin('ann'));
  });

  it('shows no password in any error, however deep', async () => {
    const relays = await twoRelays();
    await using _first = relays.first;
    await using _second = relays.second;
    await using silent = await startFakeLdapServer(() => 'silence');
    await using echoing = await startFakeLdapServer((request) =>
      request.kind === 'bind' ? { code: 53, words: 'unwilling' } : {},
    );
    const secret = 'S3cret.Passw0rd!';
    const errors: unknown[] = [];
    for (const [controllers, caFile, changed] of [
      [relays.controllers, domain.caFile, {}],
      [[silent], silent.caFile, { servername: undefined }],
      [[echoing], echoing.caFile, { servername: undefined }],
      [[silent], domain.caFile, {}],
    ] as const) {
      const config = { ...hasty, ...changed, password: secret };
      await using opened = openDirectory({ controllers, caFile }, config);
      errors.push((await fail(opened.directory.findByLogin('ann'))).error);
      errors.push((await fail(opened.directory.signIn('ann', secret))).error);
    }
    await using held = openDirectory(relays, { ...hasty, leaveOutMs: 100 });
    await readLogin(held, 'ann');
    relays.first.hold();
    relays.second.hold();
    errors.push((await fail(held.directory.signIn('ann', secret))).error);

    for (const error of errors) {
      const text = inspect(error, { depth: null, showHidden: true, getters: true });
      for (const password of [secret, serviceAccount.password])
        assert.ok(!text.includes(password), text);
      assert.ok(!JSON.stringify(error).includes(secret));
    }
    assert.equal(errors.length, 9);
  });

  it('refuses an authority’s file without a certificate: Node would trust everybody', () => {
    using folder = createTemporaryFolder('no-ca');
    const caFile = join(folder.path, 'ca.pem');
    for (const text of [
      '',
      'nothing',
      readFileSync(domain.caFile, 'utf8').replace(/[a-z]/g, 'A'),
    ]) {
      writeFileSync(caFile, text);
      assert.throws(() => openDirectory({ ...domain, caFile }), /ca\.pem holds/);
    }
  });
});
