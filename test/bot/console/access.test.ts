import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Call, openTestConsole, type TestConsole } from './open-test-console.ts';

const message = { as: 'p-ann', id: 'text-0001', text: 'vm list' };
const post: Call = { method: 'POST', path: '/api/messages', body: message };
const people: Call = { path: '/api/people' };
const noCookie = { cookie: undefined };

interface Refusal {
  readonly name: string;
  readonly call: Call | ((opened: TestConsole) => Call);
  readonly status: number;
  readonly code: string;
}

const refusals: readonly Refusal[] = [
  { name: 'no key', call: { ...people, headers: noCookie }, status: 401, code: 'key_refused' },
  {
    name: 'no key for the page',
    call: { path: '/', headers: noCookie },
    status: 401,
    code: 'key_refused',
  },
  {
    name: 'no key for a file',
    call: { path: '/console.js', headers: noCookie },
    status: 401,
    code: 'key_refused',
  },
  {
    name: 'a wrong key',
    call: { path: '/?key=AAAA', headers: noCookie },
    status: 401,
    code: 'key_refused',
  },
  {
    name: 'the key twice',
    call: ({ key }) => ({ path: `/?key=${key}&key=${key}`, headers: noCookie }),
    status: 401,
    code: 'key_refused',
  },
  {
    name: "a cookie of another port's console",
    call: ({ key }) => ({ ...people, headers: { cookie: `drover_console_1=${key}` } }),
    status: 401,
    code: 'key_refused',
  },
  {
    name: 'a foreign name that points here',
    call: ({ url }) => ({ ...people, headers: { host: `rebind.example:${url.port}` } }),
    status: 403,
    code: 'host_refused',
  },
  {
    name: 'another port in Host',
    call: { ...people, headers: { host: '127.0.0.1:1' } },
    status: 403,
    code: 'host_refused',
  },
  {
    name: 'a foreign Origin',
    call: { ...post, headers: { origin: 'https://evil.example' } },
    status: 403,
    code: 'site_refused',
  },
  {
    name: 'another server on this machine',
    call: { ...post, headers: { origin: 'http://127.0.0.1:1' } },
    status: 403,
    code: 'site_refused',
  },
  {
    name: 'a page without an origin',
    call: { ...post, headers: { origin: 'null' } },
    status: 403,
    code: 'site_refused',
  },
  {
    name: 'a write from another site',
    call: { ...post, headers: { 'sec-fetch-site': 'cross-site' } },
    status: 403,
    code: 'site_refused',
  },
  {
    name: 'a read from a page of the same machine',
    call: { ...people, headers: { 'sec-fetch-site': 'same-site' } },
    status: 403,
    code: 'site_refused',
  },
  {
    name: 'a form as text',
    call: { ...post, headers: { 'content-type': 'text/plain' } },
    status: 415,
    code: 'body_not_json',
  },
  {
    name: 'no content type',
    call: { ...post, headers: { 'content-type': undefined } },
    status: 415,
    code: 'body_not_json',
  },
  {
    name: 'more than 64 KiB',
    call: { ...post, body: { ...message, text: 'x'.repeat(65_536) } },
    status: 413,
    code: 'body_too_large',
  },
  { name: 'half a body', call: { ...post, body: '{"as":' }, status: 400, code: 'body_invalid' },
  {
    name: 'an unknown key in the body',
    call: { ...post, body: { ...message, personId: 'p-bob' } },
    status: 400,
    code: 'body_invalid',
  },
  {
    name: 'an empty text',
    call: { ...post, body: { ...message, text: ' ' } },
    status: 400,
    code: 'body_invalid',
  },
  {
    name: 'an id that is none',
    call: { ...post, body: { ...message, id: '../../x' } },
    status: 400,
    code: 'body_invalid',
  },
  {
    name: 'somebody who is not there',
    call: { ...post, body: { ...message, as: 'p-mallory' } },
    status: 404,
    code: 'person_unknown',
  },
  {
    name: 'a stranger as reader',
    call: { path: '/api/messages?as=p-mallory' },
    status: 404,
    code: 'person_unknown',
  },
  { name: 'a path upwards', call: { path: '/../console.ts' }, status: 404, code: 'not_found' },
  {
    name: 'an encoded path upwards',
    call: { path: '/..%2f..%2fpackage.json' },
    status: 404,
    code: 'not_found',
  },
  {
    name: 'a backslash upwards',
    call: { path: '/..%5cconsole.ts' },
    status: 404,
    code: 'not_found',
  },
  { name: 'a broken address', call: { path: '/%E0%A4%A' }, status: 404, code: 'not_found' },
];

describe('access to the console', () => {
  for (const { name, call, status, code } of refusals) {
    it(`refuses ${name}`, async () => {
      await using opened = await openTestConsole();

      const answer = await opened.send(typeof call === 'function' ? call(opened) : call);

      assert.equal(answer.status, status);
      assert.equal(JSON.parse(answer.text).code, code);
      assert.deepEqual(opened.conversation.received, []);
    });
  }

  it('shows the page for its address and leaves a cookie that scripts and other sites never see', async () => {
    await using opened = await openTestConsole();

    const answer = await opened.send({ path: `/?key=${opened.key}`, headers: noCookie });

    assert.equal(answer.status, 200);
    assert.match(answer.text, /<title>Drover<\/title>/);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    assert.match(cookie, /; HttpOnly; SameSite=Strict$/);
    const [pair] = cookie.split(';');
    assert.equal((await opened.send({ ...people, headers: { cookie: pair } })).status, 200);
  });

  it('opens the page from a link elsewhere, which is how people get to it', async () => {
    await using opened = await openTestConsole();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };

    const answer = await opened.send({ path: `/?key=${opened.key}`, headers });

    assert.equal(answer.status, 200);
  });

  it('has a new key at each start', async () => {
    await using first = await openTestConsole();
    await using second = await openTestConsole();

    assert.match(first.key, /^[\w-]{43}$/);
    assert.notEqual(first.key, second.key);
  });

  it('forbids inline scripts, frames, sniffing and referrers on every answer', async () => {
    await using opened = await openTestConsole();

    for (const path of ['/', '/console.js', '/api/people', '/nothing']) {
      const { headers } = await opened.send({ path });
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-powered-by'], undefined);
    }
  });

  it('serves the probes without a key, and nothing of them when none are given', async () => {
    const health = { ok: false, database: 'not reachable' };
    const probes = { healthz: async () => health, metrics: async () => 'drover_up 1\n' };
    await using opened = await openTestConsole(probes);
    await using without = await openTestConsole();

    const healthz = await opened.send({ path: '/healthz', headers: noCookie });
    const metrics = await opened.send({ path: '/metrics', headers: noCookie });

    assert.equal(healthz.status, 503);
    assert.deepEqual(JSON.parse(healthz.text), health);
    assert.equal(metrics.text, 'drover_up 1\n');
    assert.match(String(metrics.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    assert.equal((await without.send({ path: '/healthz', headers: noCookie })).status, 401);
  });

  it('takes the next port when the one asked for is taken', async () => {
    await using first = await openTestConsole();
    await using second = await openTestConsole({ port: Number(first.url.port) });

    assert.equal(second.url.hostname, '127.0.0.1');
    assert.ok(Number(second.url.port) > Number(first.url.port));
    assert.ok(Number(second.url.port) <= Number(first.url.port) + 20);
  });
});
