/** The command line where people sign in: a token speaks, for as long as its person lets it and the directory knows them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { DNS, hire, LOGINS, toDirectoryConfig } from '#test/helpers/chat-company.ts';
import { labConfig, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { launchChromium } from '#test/helpers/peers/chromium.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { serviceAccount, userPassword } from '#test/peers/samba/domain.ts';
import { toModifyRecord } from '#test/peers/samba/ldif.ts';

const MAIN = fileURLToPath(new URL('../../bot/main.ts', import.meta.url));

interface Office extends AsyncDisposable {
  readonly domain: Domain;
  readonly app: TestApp;
  /** Signed in as Ann, on the page of her account. */
  readonly page: Page;
  /** Runs `drover` as somebody whose token, if any, lies where it is looked for. */
  drover(token: string | undefined, ...words: string[]): Promise<Ended>;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly fault: string;
}

async function openOffice(): Promise<Office> {
  await using stack = new AsyncDisposableStack();
  const domain = stack.use(await startDomain());
  await hire(domain);
  const config = `${labConfig()}\n${toDirectoryConfig(domain)}`;
  const app = stack.use(
    await openTestApp({ config, env: { AD_PASSWORD: serviceAccount.password } }),
  );
  const browser = stack.use(await launchChromium());
  const page = await browser.newPage();
  await page.goto(new URL('/account.html', app.drover.url).href);
  await page.getByLabel('Name').fill(LOGINS.ann);
  await page.getByLabel('Password').fill(userPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('You have none.').waitFor();
  const home = stack.use(createTemporaryFolder('home'));
  const opened = stack.move();
  return {
    ...{ domain, app, page },
    async drover(token, ...words) {
      const folder = join(home.path, 'drover');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'token'), token ?? '', { mode: 0o600 });
      const child = spawn(process.execPath, [MAIN, ...words, '--data', app.dataFolder], {
        env: { ...process.env, XDG_CONFIG_HOME: home.path, DROVER_TOKEN: undefined },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      const ended = once(child, 'close');
      const [out, fault] = await Promise.all([text(child.stdout), text(child.stderr)]);
      await ended;
      return { code: child.exitCode, out, fault };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function getToken(page: Page, before = ''): Promise<string> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/terminal-token'));
  await page.getByRole('button', { name: 'Get a token' }).click();
  await answered;
  const shown = page.locator('#token-text').filter({ hasText: /^drover_/ });
  await shown.filter({ hasNotText: before || /^$/ }).waitFor();
  return (await shown.textContent()) ?? '';
}

async function tellsOf({ app }: Office, event: string): Promise<unknown[]> {
  return (await app.audit(event)).map(({ personId, facts }) => [
    typeof personId,
    (facts as { code?: string }).code,
  ]);
}

describe('a token for the terminal', needsPeer('samba', 'chromium'), () => {
  it('speaks for who made it, until it is replaced, ended, or its account disabled', async () => {
    await using office = await openOffice();
    const { page, domain } = office;

    const first = await getToken(page);
    const mine = await office.drover(first, 'whoami');
    assert.deepEqual([mine.code, mine.fault], [0, '']);
    assert.match(mine.out, /Ann Meyer/);

    const second = await getToken(page, first);
    const old = await office.drover(first, 'vm', 'list');
    assert.equal(old.code, 2);
    assert.match(old.fault, /Your token is not valid any more/);
    assert.equal((await office.drover(second, 'vm', 'list')).code, 0);

    await page.getByRole('button', { name: 'End the token' }).click();
    await page.getByText('You have none.').waitFor();
    assert.match((await office.drover(second, 'vm', 'list')).fault, /not valid any more/);

    const third = await getToken(page, second);
    await domain.applyLdif(toModifyRecord(DNS.ann, 'replace', { userAccountControl: ['514'] }));
    assert.match((await office.drover(third, 'vm', 'list')).fault, /your account may not act/);

    assert.deepEqual(await tellsOf(office, 'terminal_token_made'), [
      ['string', undefined],
      ['string', undefined],
      ['string', undefined],
    ]);
    assert.equal((await tellsOf(office, 'terminal_token_revoked')).length, 1);
    assert.deepEqual(
      await tellsOf(office, 'sign_in_refused'),
      Array.from({ length: 3 }, () => ['undefined', 'token_not_accepted']),
    );
  });

  it('is what is missed where there is none; a name is refused, and so is a cookie of the page', async () => {
    await using office = await openOffice();
    const [cookie] = await office.page.context().cookies();

    const nobody = await office.drover(undefined, 'vm', 'list');
    const named = await office.drover(undefined, 'vm', 'list', '--as', 'ann');
    const byCookie = await office.drover(cookie?.value, 'vm', 'list');

    assert.deepEqual([nobody.code, named.code, byCookie.code], [2, 2, 2]);
    assert.match(nobody.fault, /token is empty\. Get a token on the page where you sign in/);
    assert.match(named.fault, /--as names nobody/);
    assert.match(byCookie.fault, /not valid any more/);
  });

  it('is made and ended for nobody who is not signed in, and not from another site', async () => {
    await using office = await openOffice();
    const { url } = office.app.drover;
    const [cookie] = await office.page.context().cookies();
    const post = (path: string, headers: Readonly<Record<string, string>>) =>
      fetch(new URL(`/api/${path}`, url), { method: 'POST', headers });

    for (const path of ['terminal-token', 'terminal-token/revoke']) {
      const foreign = await post(path, { cookie: `${cookie?.name}=${cookie?.value}` });
      assert.equal(foreign.status, 403);
      assert.equal((await post(path, {})).status, 403);
    }
    assert.equal((await office.app.audit('terminal_token_made')).length, 0);
  });
});
