import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { startPostgres } from '../helpers/peers/postgres.ts';

describe('PostgreSQL', needsPeer('postgres'), () => {
  it('is a cluster of its own: only on 127.0.0.1, durable, behind a password', async () => {
    await using postgres = await startPostgres();
    const show = async (name: string) => (await postgres.query(`SHOW ${name}`))[0];

    assert.equal(await show('listen_addresses'), '127.0.0.1');
    assert.equal(await show('unix_socket_directories'), '');
    assert.equal(await show('fsync'), 'on');
    assert.equal(await show('server_encoding'), 'UTF8');
    const wrong = new URL(postgres.url);
    wrong.password = 'wrong';
    await assert.rejects(postgres.query('SELECT 1', wrong.href), /password authentication failed/);
  });

  it('creates as many databases as asked for, each empty', async () => {
    await using postgres = await startPostgres({ fsync: false });

    const urls = [await postgres.createDatabase(), await postgres.createDatabase()];
    await postgres.query('CREATE TABLE t (n int)', urls[0]);

    const count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert.deepEqual(await Promise.all(urls.map((url) => postgres.query(count, url))), [
      ['1'],
      ['0'],
    ]);
    assert.deepEqual(await postgres.query('SHOW fsync'), ['off']);
  });

  it('keeps its data and its port through a crash', async () => {
    await using postgres = await startPostgres();
    await postgres.query('CREATE TABLE t AS SELECT 7 AS n');
    const { pid } = postgres;

    await postgres.restart('immediate');

    assert.deepEqual(await postgres.query('SELECT n FROM t'), ['7']);
    assert.notEqual(postgres.pid, pid);
  });

  it('is down between stop and restart', async () => {
    await using postgres = await startPostgres();

    await postgres.stop();
    await assert.rejects(postgres.query('SELECT 1'), /Connection refused/);
    await postgres.restart();

    assert.deepEqual(await postgres.query('SELECT 1'), ['1']);
  });
});
