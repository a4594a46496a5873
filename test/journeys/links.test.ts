/** Signing in and linking a chat: what proves it, and every way in which it does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Company, getCode, LOGINS, openCompany, post } from '#test/helpers/chat-company.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually, type PersonName } from '#test/helpers/peers/slack.ts';
import { lockoutThreshold, userPassword } from '#test/peers/samba/domain.ts';

/** What a person reads in their direct messages, newest last. */
async function seeDirect({ slack }: Company, person: PersonName, what: RegExp, count = 1) {
  const channel = await slack.directChannel(person);
  await eventually(
    `${what} for ${person}, ${count} times`,
    async () => {
      const texts = (await slack.read(channel)).map(({ text }) => text);
      return texts.filter((text) => what.test(text)).length >= count;
    },
    20_000,
    100,
  );
}

async function refusals({ app }: Company): Promise<unknown[]> {
  const events = await app.audit('refused');
  return events.map(({ facts }) => (facts as { code?: string }).code);
}

describe('a link code', needsPeer('samba'), () => {
  it('links once: a second use, a wrong one and one that others read are refused, once each', async () => {
    await using company = await openCompany();
    const { slack, app } = company;

    const code = await company.link('ann');
    await seeDirect(company, 'ann', /You are linked as Ann Meyer/);
    await slack.say('bob', `link ${code}`);
    await seeDirect(company, 'bob', /That code is not valid/);
    const shown = await getCode(app.drover.url, LOGINS.gus);
    await slack.mention('gus', `link ${shown}`);
    await seeDirect(company, 'gus', /Give the code in a direct message/);
    await slack.say('gus', `link ${shown}`);
    await seeDirect(company, 'gus', /That code is not valid/);

    const links = await app.drover.house.store.read((reads) => reads.links.list());
    assert.deepEqual(
      links.map(({ chatId, personName }) => [chatId, personName]),
      [[`slack:${slack.teamId}:${slack.userId('ann')}`, 'Ann Meyer']],
    );
    assert.deepEqual((await refusals(company)).toSorted(), [
      ...['link_code_refused', 'link_code_refused', 'link_code_shown'],
    ]);
    assert.equal((await app.audit('account_linked')).length, 1);
  });

  it('cannot be guessed: after five tries nobody is listened to for ten minutes', async () => {
    await using company = await openCompany();
    const { slack } = company;

    for (let at = 2; at < 7; at += 1) await slack.say('bob', `link AAAAA-AAAA${at}`);
    await seeDirect(company, 'bob', /That code is not valid/, 5);
    await company.link('bob');
    await seeDirect(company, 'bob', /Too many codes were tried/);

    const codes = await refusals(company);
    assert.deepEqual([codes.length, codes[0]], [6, 'link_limited']);
  });

  it('lasts until it is ended: by the person, or by an administrator', async () => {
    const config = (text: string) => text;
    const { labConfig } = await import('#test/helpers/open-test-app.ts');
    await using company = await openCompany({ config: labConfig(config) });
    const { slack } = company;
    for (const person of ['ann', 'bob', 'gus'] as const) {
      await company.link(person);
      await seeDirect(company, person, /You are linked as/);
    }

    await slack.say('bob', 'unlink');
    await seeDirect(company, 'bob', /You are no longer linked in Slack/);
    await slack.say('bob', 'vm list');
    await seeDirect(company, 'bob', /does not know yet who you are/);
    await slack.say('gus', 'link list');
    await seeDirect(company, 'gus', /2 linked chat users/);
    await slack.say('gus', `link revoke ${LOGINS.ann} --reason "left"`);
    await seeDirect(company, 'gus', /The link of Ann Meyer is ended/);
    await slack.say('ann', 'vm list');
    await seeDirect(company, 'ann', /does not know yet who you are/);
  });
});

describe('the sign-in page', needsPeer('samba'), () => {
  it('keeps a session that no script and no other site can use', async () => {
    await using company = await openCompany();
    const { url } = company.app.drover;

    const signedIn = await post(url, 'sign-in', { login: LOGINS.ann, password: userPassword });
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Strict/);
    const session = { cookie: cookie.split(';')[0] ?? '' };

    const without = await post(url, 'link-code', {}, session);
    assert.deepEqual([without.status, await without.json()], [403, { code: 'csrf_refused' }]);
    const foreign = { ...session, origin: 'http://evil.example' };
    assert.equal((await post(url, 'link-code', {}, foreign)).status, 403);
    const nobody = await fetch(new URL('/api/people', url));
    assert.deepEqual([nobody.status, await nobody.json()], [401, { code: 'sign_in_needed' }]);
    const shown = await fetch(new URL('/api/people', url), { headers: session });
    const { people } = (await shown.json()) as { people: { name: string }[] };
    assert.deepEqual(
      people.map(({ name }) => name),
      ['Ann Meyer'],
    );
    const { csrf } = (await signedIn.json()) as { csrf: string };
    await post(url, 'sign-out', {}, { ...session, 'x-drover-csrf': csrf });
    assert.equal((await fetch(new URL('/api/people', url), { headers: session })).status, 401);
  });

  it('stops asking before the domain locks the account, under whatever name it was tried', async () => {
    await using company = await openCompany();
    const { url } = company.app.drover;
    const names = [LOGINS.ann, 'ann.meyer', 'CORP\\ann.meyer'];
    const codes: unknown[] = [];
    const attempt = async (login: string, password: string) => {
      const answer = await post(url, 'sign-in', { login, password });
      codes.push(((await answer.json()) as { code?: string }).code ?? answer.status);
    };

    for (const blank of ['', '   ']) await attempt(LOGINS.ann, blank);
    for (let at = 0; at < lockoutThreshold + 2; at += 1)
      await attempt(names[at % names.length] ?? '', 'Wr0ng.Passw0rd!');
    await attempt(LOGINS.ann, userPassword);

    assert.deepEqual(codes.slice(0, 2), ['not_accepted', 'not_accepted']);
    const tried = (await company.app.audit('sign_in_refused')).filter(
      ({ facts }) => (facts as { code: string }).code === 'wrong_password',
    ).length;
    assert.ok(tried < lockoutThreshold, `${tried} wrong passwords reached the domain`);
    assert.equal(codes.at(-1), 'not_accepted', 'the right password is not even asked about');
    const audited = await company.app.audit('sign_in_refused');
    const limited = audited.filter(({ facts }) => (facts as { code: string }).code === 'limited');
    assert.equal(limited.length, 1, 'said once, however often it is tried again');
    const { directory } = company.app.drover.house;
    assert.equal((await directory.findByLogin(LOGINS.ann))?.state, 'active');
  });
});
