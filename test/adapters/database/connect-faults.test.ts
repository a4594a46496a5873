/** Why a PostgreSQL database cannot be opened is said by its address, in plain words, and never with its password. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { toConnectError } from '#adapters/database/connect-faults.ts';
import { openStore } from '#adapters/database/database.ts';
import { toUnfitWords } from '#bot/words/en/storage-words.ts';
import { OperationError } from '#core/errors.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { startMutePostgres } from '#test/helpers/peers/mute-postgres.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';

async function refusalOf(url: string): Promise<string> {
  const error = await openStore(
    { url, connections: 2 },
    { createQueue: () => assert.fail('it was opened') },
  ).catch((fault: unknown) => fault);
  assert.ok(error instanceof OperationError, String(error));
  assert.equal(error.code, 'storage_unfit');
  return toUnfitWords(error.facts);
}

describe('a PostgreSQL database that cannot be opened', () => {
  it('H38 is named when nothing listens there, without its password', async () => {
    const port = await findFreePort();

    const words = await refusalOf(`postgresql://drover:geheim@127.0.0.1:${port}/house`);

    assert.equal(
      words,
      `The database house on 127.0.0.1:${port} cannot be used: no PostgreSQL listens there. Start it, or correct database.url in drover.yaml.`,
    );
  });

  it('H38 is named when what listens there never answers', async (t) => {
    const heard = Promise.withResolvers<void>();
    const silent = createServer(() => heard.resolve());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    t.mock.timers.enable({ apis: ['setTimeout'] });

    const refusal = refusalOf(`postgresql://drover:geheim@127.0.0.1:${port}/house`);
    await heard.promise;
    t.mock.timers.tick(10_000);

    assert.match(await refusal, /took the connection and did not answer in time/);
    silent.close();
  });

  it('H38 is named when it lets Drover in and then answers nothing', async (t) => {
    await using mute = await startMutePostgres();
    t.mock.timers.enable({ apis: ['setTimeout'] });

    const refusal = refusalOf(mute.url);
    await mute.asked;
    t.mock.timers.tick(10_000);

    assert.equal(
      await refusal,
      `The database house on 127.0.0.1:${mute.port} cannot be used: the server let Drover log in and then answered nothing in time. Look whether it is stopped or overloaded (its log says so), or what stands between waits for it; then try again.`,
    );
  });

  it('is named with the port that is meant, or the socket', () => {
    const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });
    const placeOf = (url: string) => toConnectError(url, refused)?.facts.at;

    assert.equal(placeOf('postgres://drover@db.example/house'), 'db.example:5432');
    assert.equal(placeOf('postgres:///house?host=/run/postgresql'), '/run/postgresql');
    assert.equal(placeOf('postgres://db.example/house?host=/run/postgresql'), '/run/postgresql');
    assert.equal(placeOf('postgres://%2Frun%2Fpostgresql/house'), '/run/postgresql');
    assert.equal(placeOf('postgres://db.example:1/house?port=2'), 'db.example:2');
  });

  it('is named where Node takes its address for none, and nothing else of it is shown', () => {
    const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });
    const factsOf = (url: string) => toConnectError(url, refused)?.facts;
    const reason = 'database_not_listening';

    const socket = factsOf('postgresql://drover:secret@/house?host=/run/postgresql');
    assert.deepEqual(socket, { database: 'house', at: '/run/postgresql', reason });
    const odd = factsOf('postgresql://drover:secret@db.example/100%');
    assert.deepEqual(odd, { database: '100%', at: 'db.example:5432', reason });
    assert.ok(!JSON.stringify(factsOf('postgresql://drover:se/cret@db/house')).includes('cret'));
  });

  it('keeps every other error, and those of SQLite, as they are', () => {
    const code = { code: 'ENOENT' };
    assert.equal(toConnectError('sqlite:/x', Object.assign(new Error(), code)), undefined);
    assert.equal(toConnectError('postgres://db/house', new TypeError('no')), undefined);
  });
});

describe('a PostgreSQL server that lets nobody in', needsPeer('postgres'), () => {
  it('says which part of the address is wrong', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const address = `127.0.0.1:${postgres.port}`;
    const other = (change: (url: URL) => void) => {
      const url = new URL(postgres.url);
      change(url);
      return refusalOf(url.href);
    };

    const [missing, wrong, none] = [
      await other((url) => Object.assign(url, { pathname: '/nowhere' })),
      await other((url) => Object.assign(url, { password: 'geheim' })),
      await other((url) => Object.assign(url, { password: '' })),
    ];

    assert.match(missing, new RegExp(`^The database nowhere on ${address} .* no database of that`));
    for (const words of [wrong, none])
      assert.match(words, new RegExp(`^The database postgres on ${address} .* refuses the login`));
    assert.doesNotMatch(wrong, /geheim/);
  });

  it('says what the server or its user is set to that Drover cannot use', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const asking = (options: string) =>
      refusalOf(`${postgres.url}?options=${encodeURIComponent(options)}`);

    assert.match(await asking('-c search_path=nowhere'), /names no schema that is there\. Create/);
    assert.match(await asking('-c default_transaction_read_only=on'), /: it takes no writes: /);
    for (const options of ['-c no_such_setting=1', '-c statement_timeout=soon'])
      assert.match(await asking(options), /refuses what options in database\.url asks for/);
    assert.match(await asking('-c max_connections=5'), /refuses what options in database\.url/);
  });

  it('tells a setting that is not for its user from a database that is not', async () => {
    await using postgres = await startPostgres({ fsync: false });
    await postgres.query("create role joe login password 'geheim'");
    const url = postgres.url.replace(/\/\/[^@]*@/, '//joe:geheim@');

    const words = await refusalOf(`${url}?options=-c%20log_statement%3Dnone`);
    assert.match(words, /refuses what options in database\.url asks for/);
    await postgres.query('revoke connect on database postgres from public');
    assert.match(await refusalOf(url), /its user may not create tables there/);
  });

  it('reads instants as they are whatever options its address has', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const options = encodeURIComponent('-c datestyle=German,DMY -c timezone=Asia/Tokyo');
    const config = { url: `${postgres.url}?options=${options}`, connections: 2 };

    const { store, close } = await openStore(config, {
      createQueue: async () => ({ enqueue: async () => undefined }),
    });
    const now = await store.read(async (reads) => reads.now);

    assert.ok(Math.abs(Date.now() - now.getTime()) < 60_000);
    await close();
  });

  it('is not spoken to in the clear where its address asks for TLS', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const mode = (query: string) => refusalOf(`${postgres.url}?${query}`);

    assert.match(await mode('sslmode=verify-full'), / cannot be used: the server speaks no TLS/);
    assert.match(
      await mode('sslmode=verify-full&sslrootcert=/nowhere/ca.pem'),
      /: the file \/nowhere\/ca.pem, which database.url names, cannot be read/,
    );
  });

  it('is trusted by the authority that its address names, and by no other', async () => {
    using folder = createTemporaryFolder('postgres-tls');
    const certificate = await makeThrowAwayCertificate();
    const authority = join(folder.path, 'ca.pem');
    writeFileSync(authority, certificate.cert);
    await using postgres = await startPostgres({ fsync: false, certificate });
    const url = `${postgres.url}?sslmode=verify-full`;

    assert.match(await refusalOf(url), / cannot be used: its certificate is not trusted\./);
    const { store, close } = await openStore(
      { url: `${url}&sslrootcert=${authority}`, connections: 2 },
      { createQueue: async () => ({ enqueue: async () => undefined }) },
    );
    assert.ok(await store.read(async ({ now }) => now));
    await close();
  });
});
