/** Signing in with the domain's password: once, on a connection of its own, and with one answer to whoever guesses. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runInsideTransaction } from '#core/ports/inside-transaction.ts';
import { type SignInAnswer, toShownRefusal } from '#core/ports/sign-in.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { baseDn, lockoutThreshold, userPassword } from '#test/peers/samba/domain.ts';
import { oddNames } from '#test/peers/samba/seed.ts';
import { startFakeLdapServer } from './fake-ldap-server.ts';
import { toFakePerson, toSidBytes } from './fake-people.ts';
import { type OpenedDirectory, openDirectory } from './open-directory.ts';
import { startRelay } from './relay.ts';

describe('signing in', needsPeer('samba'), () => {
  let domain: Domain;
  let opened: OpenedDirectory;
  before(async () => {
    domain = await startDomain();
    opened = openDirectory(domain);
  });
  after(async () => {
    await opened?.[Symbol.asyncDispose]();
    await domain?.[Symbol.asyncDispose]();
  });

  const signIn = async (login: string, password = userPassword) =>
    toWord(await opened.directory.signIn(login, password));

  const countWrongPasswords = (sam: string) =>
    domain.change(async (client) => {
      const filter = `(sAMAccountName=${sam})`;
      const { searchEntries } = await client.search(baseDn, {
        filter,
        attributes: ['badPwdCount'],
      });
      return Number(searchEntries[0]?.badPwdCount);
    });

  it('gives the account, by every form of its login', async () => {
    for (const login of ['ann', 'CORP\\ann', 'ANN@corp.example.test'])
      assert.equal(await signIn(login), 'Ann Berg', login);
  });

  it('works whatever characters the name is made of, and for one who is called as a SASL mechanism', async () => {
    for (const [sam, name] of Object.entries(oddNames)) assert.equal(await signIn(sam), name);
    assert.equal(await signIn('EXTERNAL'), 'EXTERNAL');
  });

  it('says for the log why not', async () => {
    assert.equal(await signIn('ann', 'wrong'), 'wrong_password');
    assert.equal(await signIn('nobody-here', 'wrong'), 'no_such_account');
    assert.equal(await signIn('carol'), 'disabled');
    assert.equal(await signIn('erin'), 'expired');
    assert.equal(await signIn('frank'), 'password_must_change');
  });

  it('shows the same to whoever guesses names, and to whoever guesses passwords', async () => {
    const guesses = [
      await opened.directory.signIn('ann', 'wrong'),
      await opened.directory.signIn('nobody-here', 'wrong'),
      await opened.directory.signIn('carol', 'wrong'),
      await opened.directory.signIn('ann', ''),
    ];

    const shown = guesses.map((it) => (it.isSignedIn ? 'signed in' : toShownRefusal(it.refusal)));
    assert.deepEqual(new Set(shown), new Set(['not_accepted']));
    assert.equal(toShownRefusal('locked'), 'not_accepted');
    assert.equal(toShownRefusal('login_ambiguous'), 'not_accepted');
    assert.equal(toShownRefusal('identity_not_proven'), 'not_accepted');
    assert.equal(toShownRefusal('disabled'), 'disabled');
  });

  it('counts one wrong password as one, and an empty one not at all', async () => {
    const before = await countWrongPasswords('twin1');

    await signIn('twin1', 'wrong');
    for (const password of ['', ' ', '\0']) await signIn('twin1', password);

    assert.equal(await countWrongPasswords('twin1'), before + 1);
  });

  it('says locked once the domain has locked the account, with the right password too', async () => {
    for (let tries = 0; tries < lockoutThreshold; tries += 1) await signIn('dave', 'wrong');

    assert.equal(await signIn('dave'), 'locked');
    assert.equal((await opened.directory.findByLogin('dave'))?.state, 'locked');
  });

  it('leaves Drover’s own connection as it was after a refusal', async () => {
    await signIn('twin2', 'wrong');

    assert.equal((await opened.directory.findByLogin('ann'))?.name, 'Ann Berg');
  });

  it('goes to the next controller only while nothing was sent', async () => {
    await using closed = await startRelay(domain.controllers[0]?.server ?? '');
    const controllers = [closed, ...domain.controllers];
    await using both = openDirectory({ ...domain, controllers });
    await closed.stop();

    assert.equal(toWord(await both.directory.signIn('ann', userPassword)), 'Ann Berg');
  });

  it('is refused inside a transaction', async () => {
    const inside = runInsideTransaction(() => opened.directory.signIn('ann', userPassword));

    await assert.rejects(inside, { code: 'called_inside_transaction' });
  });
});

describe('signing in, on a fake server', needsPeer('openssl'), () => {
  it('H14 sends a password once, and never to a second controller, when the answer is lost', async () => {
    for (const said of ['silence', 'end', 'garbage'] as const) {
      const script = (request: { kind: string; name?: string }) => {
        if (request.kind === 'search')
          return { entries: [toFakePerson(7, [513], { tokenGroups: [toSidBytes(7)] })] };
        return request.name?.startsWith('svc-') ? {} : said;
      };
      await using first = await startFakeLdapServer(script);
      await using second = await startFakeLdapServer(() => ({}));
      // One file vouches for the first alone, which is enough: the second is not to be asked.
      const config = { servername: undefined, baseDn: 'DC=corp,DC=test', answerTimeoutMs: 2_000 };
      await using opened = openDirectory(
        { controllers: [first, second], caFile: first.caFile },
        config,
      );

      const signingIn = opened.directory.signIn('person7', 'secret');

      await assert.rejects(signingIn, { code: 'directory_not_reachable', end: 'unknown' });
      const sent = [...first.requests, ...second.requests].filter(
        (it) => it.kind === 'bind' && it.password === 'secret',
      );
      assert.equal(sent.length, 1, said);
    }
  });
});

function toWord(answer: SignInAnswer): string {
  return answer.isSignedIn ? answer.account.name : answer.refusal;
}
