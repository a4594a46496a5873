import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { inspect } from 'node:util';
import { createTeams } from '#bot/teams/teams.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { appId, appPassword, eventually } from '#test/helpers/peers/teams.ts';
import type { Json } from '#test/peers/teams/json.ts';
import { otherChannelKeyId, type TokenOptions } from '#test/peers/teams/teams-tokens.ts';
import { toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { addReferences, openTeams, toOutgoing } from './open-teams.ts';

const now = Math.floor(Date.now() / 1000);
const otherApp = 'bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb';

const badTokens: Readonly<Record<string, TokenOptions | string | null>> = {
  'no token': null,
  'an empty one': '',
  garbage: 'abc',
  'three parts that are no JSON': 'a.b.c',
  'a wrong audience': { audience: otherApp },
  'no audience': { audience: '' },
  'a wrong issuer': { issuer: 'https://evil.example' },
  'the issuer of the Emulator': {
    issuer: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
    claims: { appid: appId, ver: '1.0' },
  },
  'an expired one': { expiresAt: now - 3_600 },
  'one for later': { notBefore: now + 3_600 },
  'an unknown key': { keyId: 'key-9' },
  'a key of another channel': { keyId: otherChannelKeyId },
  'another service': { serviceUrl: 'http://evil.example/' },
  'no service': { serviceUrl: '' },
  'a forged signature': { isForged: true },
  'the public key as a secret': { algorithm: 'HS256' },
  'no signature': { algorithm: 'none' },
};

describe('the door to Teams', () => {
  for (const [name, token] of Object.entries(badTokens)) {
    it(`refuses ${name}`, async () => {
      await using open = await openTeams();
      const said = { type: 'message', text: 'vm list' };
      const activity = open.tenant.toActivity('ann', toPersonalChat('ann'), said);

      assert.equal((await open.tenant.deliver(activity, token)).status, 401);

      assert.deepEqual(open.deliveries, []);
      assert.equal(open.references.size, 0);
      const code = token === null ? 'unsigned' : 'token_refused';
      assert.deepEqual(open.refusals, [{ transport: 'teams', code }]);
    });
  }

  it('lesson S20: refuses without a word in the log', async () => {
    await using open = await openTeams();
    const said = { type: 'message', text: 'vm list' };
    const activity = open.tenant.toActivity('ann', toPersonalChat('ann'), said);
    const write = mock.method(process.stderr, 'write', () => true);
    for (const token of Object.values(badTokens)) await open.tenant.deliver(activity, token);
    const words = write.mock.calls.map(({ arguments: [word] }) => String(word));
    write.mock.restore();

    assert.deepEqual(words, []);
    assert.deepEqual(open.faults, []);
  });

  it('takes nothing while the keys cannot be read, and goes on when they can', async () => {
    await using open = await openTeams();
    open.tenant.connector.faults.add({
      call: 'keys',
      fault: { kind: 'answer_status', status: 500 },
    });

    assert.equal((await open.tenant.say('ann', 'vm list')).status, 503);
    assert.equal((await open.tenant.say('ann', 'vm list')).status, 200);

    assert.equal(open.inbox.length, 1);
    assert.match(inspect(open.faults), /not_reachable/);
  });

  it('takes what comes in while the keys arrive for the first time', async () => {
    await using open = await openTeams();
    const { faults } = open.tenant.connector;
    const document = { kind: 'delay_body', ms: 0 } as const;
    const keys = { kind: 'delay_body', ms: 200 } as const;
    for (const fault of [document, keys]) faults.add({ call: 'keys', fault });

    const first = open.tenant.say('ann', 'vm list');
    await eventually('the keys are asked for', () => faults.findUnused().length === 0);
    const second = open.tenant.say('bob', 'host list');

    assert.equal((await first).status, 200);
    assert.equal((await second).status, 200);
    assert.equal(open.inbox.length, 2);
    assert.deepEqual(open.refusals, []);
  });

  for (const [name, fault] of Object.entries({
    'broke off': { kind: 'cut_body' },
    'came too late': { kind: 'delay_body', ms: 60_000 },
  } as const)) {
    it(`asks for the keys anew when their first answer ${name}`, async () => {
      await using open = await openTeams();
      const { faults } = open.tenant.connector;
      for (const one of [{ kind: 'delay_body', ms: 0 } as const, fault])
        faults.add({ call: 'keys', fault: one });

      assert.equal((await open.tenant.say('ann', 'vm list')).status, 503);
      assert.equal((await open.tenant.say('ann', 'vm list')).status, 200);

      assert.deepEqual(open.refusals, []);
    });
  }

  it('goes on when the first to ask for the keys was never answered', async () => {
    await using open = await openTeams();
    const { faults } = open.tenant.connector;
    faults.add({ call: 'keys', fault: { kind: 'hang' } });

    assert.equal((await open.tenant.say('ann', 'vm list')).status, 503);
    assert.equal((await open.tenant.say('ann', 'vm list')).status, 200);
  });

  it('lesson S6: refuses a good token for an activity that names another service or channel', async () => {
    await using open = await openTeams();
    const { tenant } = open;
    const foreign: readonly Json[] = [
      { serviceUrl: 'https://smba.trafficmanager.net/teams/' },
      { serviceUrl: tenant.connector.url.replace('127.0.0.1', '127.0.0.1.evil.example') },
      { serviceUrl: tenant.connector.url.replace('//', '//user@') },
      { serviceUrl: 'http://169.254.169.254/' },
      { channelId: 'emulator' },
      { channelId: 'AseChannel' },
    ];

    for (const more of foreign) {
      const said = { type: 'message', text: 'vm list', ...more };
      const activity = tenant.toActivity('ann', toPersonalChat('ann'), said);
      assert.equal(
        (await tenant.deliver(activity, { serviceUrl: activity.serviceUrl })).status,
        403,
      );
    }

    assert.deepEqual(open.deliveries, []);
    const services = foreign.map(({ channelId }) =>
      channelId ? 'wrong_channel' : 'wrong_service',
    );
    assert.deepEqual(
      open.refusals.map(({ code }) => code),
      services,
    );
  });

  it('lesson S20: reads no body without an end, and no other address or method', async () => {
    await using open = await openTeams();
    const { url } = open.teams;
    const post = (body: string, address = url, method = 'POST') =>
      fetch(address, {
        method,
        body,
        headers: { authorization: `Bearer ${open.tenant.connector.sign()}` },
      });

    assert.equal((await post('x'.repeat(300_000))).status, 413);
    assert.equal((await post('{"type":')).status, 400);
    assert.equal((await post('[]')).status, 400);
    assert.equal((await post('{}', url.replace('/api/messages', '/'))).status, 404);
    assert.equal((await post('{}', url, 'PUT')).status, 405);
    assert.equal((await fetch(url)).status, 405);

    assert.deepEqual(open.deliveries, []);
    assert.deepEqual(
      open.refusals.map(({ code }) => code),
      ['too_large', 'malformed', 'malformed'],
    );
  });

  it('lesson S2: does not open without an app, a tenant and a secret', async () => {
    await using open = await openTeams();
    const config = open.tenant.config();
    const host = { ...open, receive: async () => true };
    const start = (more: object) =>
      createTeams({
        config: { ...config, ...more },
        host: host as never,
        notes: createNotesInMemory(),
        onFault: () => undefined,
      });

    for (const more of [
      { appId: '' },
      { tenantId: '' },
      { appPassword: '' },
      { appId: 'drover' },
    ]) {
      await assert.rejects(start(more), { name: 'ZodError' });
    }
  });

  it('proves the secret when asked to', async () => {
    await using open = await openTeams();
    await open.teams.signIn();
    await using other = await openTeams({ config: open.tenant.config({ appPassword: 'wrong' }) });

    await assert.rejects(other.teams.signIn(), { code: 'login_refused', end: 'refused' });
  });

  it('lesson S13: shows its secrets in no fault', async () => {
    await using open = await openTeams();
    addReferences(open);
    const { connector } = open.tenant;
    const errors: unknown[] = [];
    const send = (copyId: string) =>
      open.teams.sender
        .deliver(toOutgoing(toPersonalChat('ann'), exampleCards.job, { copyId }))
        .catch((error) => errors.push(error));

    connector.faults.add({ call: 'login', fault: { kind: 'answer_status', status: 401 } });
    await send('c-1');
    connector.faults.add({ call: 'login', fault: { kind: 'drop_request' } });
    await send('c-2');
    connector.faults.add({ call: 'post', fault: { kind: 'drop_request' } });
    await send('c-3');
    connector.faults.add({ call: 'post', fault: { kind: 'answer_status', status: 500 } });
    await send('c-4');
    connector.faults.add({ call: 'post', fault: { kind: 'redirect', to: 'http://127.0.0.1:9/' } });
    await send('c-5');

    assert.equal(errors.length, 5);
    const text = inspect([errors, open.faults], { depth: 12, showHidden: true });
    assert.ok(!text.includes(appPassword));
    assert.doesNotMatch(text, /out-[0-9a-f-]{36}/);
  });
});
