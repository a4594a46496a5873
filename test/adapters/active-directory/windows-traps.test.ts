/** What Windows answers and Samba does not, on a fake LDAP server. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  type FakeAnswer,
  type FakeRequest,
  type FakeScript,
  startFakeLdapServer,
} from './fake-ldap-server.ts';
import { domainSid, toFakeGroup, toFakePerson, toGuidText, toSidBytes } from './fake-people.ts';
import { openDirectory } from './open-directory.ts';

const nothing: FakeAnswer = {};
const notFound: FakeAnswer = { code: 32, words: '0000208D: NameErr: DSID-03100241' };

type Search = Extract<FakeRequest, { kind: 'search' }>;

/** A server at which every login succeeds; searches are scripted. */
const asWindows =
  (search: (request: Search) => ReturnType<FakeScript>): FakeScript =>
  (request) =>
    request.kind === 'bind' ? nothing : search(request);

async function openFake(script: FakeScript) {
  const fake = await startFakeLdapServer(script);
  const config = {
    ...{ baseDn: 'DC=corp,DC=test', servername: undefined },
    // A short wait for what never comes, and long enough for whatever a busy machine does answer.
    ...{ answerTimeoutMs: 2_000, giveUpAfterMs: 8_000 },
  };
  const opened = openDirectory({ controllers: [fake], caFile: fake.caFile }, config);
  return {
    ...{ fake, directory: opened.directory },
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const bindsOf = ({ requests }: { requests: readonly FakeRequest[] }) =>
  requests.filter((it) => it.kind === 'bind');

describe('what Windows does, on a fake server', needsPeer('openssl'), () => {
  it('lesson S15: sends no password that the server would take for nobody', async () => {
    await using opened = await openFake(asWindows(() => ({ entries: [toFakePerson(7, [513])] })));
    const { directory, fake } = opened;

    for (const password of ['', ' ', '\t\n', '\0', 'secret\0', '\u00a0', 'x'.repeat(2_000)]) {
      const answer = await directory.signIn('person7', password);
      assert.deepEqual(answer, { isSignedIn: false, refusal: 'wrong_password' });
    }

    assert.equal(fake.requests.length, 0);
  });

  it('lesson S15: believes no success of a connection that has become nobody, or somebody else', async () => {
    for (const tokenGroups of [[], [toSidBytes(8)]]) {
      const script = asWindows(({ base }) =>
        base === ''
          ? { entries: [{ dn: '', attributes: { tokenGroups } }] }
          : { entries: [toFakePerson(7, [513])] },
      );
      await using opened = await openFake(script);

      const answer = await opened.directory.signIn('person7', 'any');

      assert.deepEqual(answer, { isSignedIn: false, refusal: 'identity_not_proven' });
    }
  });

  it('knows the code of an unknown user', async () => {
    await using opened = await openFake((request) => {
      if (request.kind === 'search') return { entries: [toFakePerson(7, [513])] };
      const isService = request.name.startsWith('svc-');
      const words =
        '80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data 525, v';
      return isService ? nothing : { code: 49, words };
    });

    const answer = await opened.directory.signIn('person7', 'any');

    assert.deepEqual(answer, { isSignedIn: false, refusal: 'no_such_account' });
  });

  it('is asked under a base that no domain of it has: it names other servers, and none is asked', async () => {
    const words = '0000202B: RefErr: DSID-0310084A, data 0, 1 access points';
    await using opened = await openFake(asWindows(() => ({ code: 10, words })));

    const finding = opened.directory.findGroup('web-team');

    await assert.rejects(finding, {
      code: 'domain_not_served',
      facts: { baseDn: 'DC=corp,DC=test' },
    });
  });

  it('logs in with the name that was found, never with the one that was typed', async () => {
    await using opened = await openFake(
      asWindows(() => ({ entries: [toFakePerson(7, [513], { sAMAccountName: ['PLAIN'] })] })),
    );

    await opened.directory.signIn('PLAIN', 'secret');

    const names = bindsOf(opened.fake).map((it) => 'name' in it && it.name);
    assert.deepEqual(names.slice(1), ['CN=Person 7,DC=corp,DC=test']);
  });

  it('ends the connection of a sign-in, whatever came of it', async () => {
    for (const said of [
      nothing,
      { code: 49, words: 'data 52e' },
      'silence',
      'end',
      'garbage',
    ] as const) {
      await using opened = await openFake((request) => {
        if (request.kind === 'search') return { entries: [toFakePerson(7, [513])] };
        return request.name.startsWith('svc-') ? nothing : said;
      });
      const { directory, fake } = opened;

      await directory.signIn('person7', 'secret').catch(() => undefined);

      const until = performance.now() + 30_000;
      while (fake.openConnections > 1 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(fake.openConnections <= 1, `${String(said)} left a connection open`);
    }
  });

  it('reads a list that is handed out 1,500 at a time to its end', async () => {
    const values = Array.from(
      { length: 4_000 },
      (_, n) => `<GUID=${toGuidText(n + 1)}>;CN=Person ${n + 1},DC=corp,DC=test`,
    );
    await using opened = await openFake(
      asWindows((request) =>
        serveMembers(
          request,
          () => values,
          () => '1',
        ),
      ),
    );

    const { people, unreadable } = await opened.directory.listMembers(`${domainSid}-9000`);

    assert.equal(people.length, 4_000);
    assert.deepEqual(unreadable, []);
  });

  it('reads a list anew that changed between two pieces: nobody slips through the gap', async () => {
    let values = Array.from({ length: 1_600 }, (_, n) => `CN=Person ${n + 1},DC=corp,DC=test`);
    let version = 1;
    let pieces = 0;
    const script = asWindows((request) => {
      const said = serveMembers(
        request,
        () => values,
        () => String(version),
      );
      if (request.attributes.some((it) => it.startsWith('member')) && ++pieces === 1) {
        values = values.slice(1); // everybody moves up by one
        version += 1;
      }
      return said;
    });
    await using opened = await openFake(script);

    const { people } = await opened.directory.listMembers(`${domainSid}-9000`);

    const names = new Set(people.map(({ name }) => name));
    assert.ok(names.has('Person 1501') && names.has('Person 1600'));
    assert.equal(names.size, 1_599);
  });

  it('does not answer with half a list that never stands still', async () => {
    let version = 0;
    const values = Array.from({ length: 1_600 }, (_, n) => `CN=Person ${n + 1},DC=corp,DC=test`);
    await using opened = await openFake(
      asWindows((request) =>
        serveMembers(
          request,
          () => values,
          () => String(++version),
        ),
      ),
    );

    await assert.rejects(opened.directory.listMembers(`${domainSid}-9000`), {
      code: 'group_not_readable',
    });
  });

  it('reads identities in any spelling of their attributes, and as text', async () => {
    // Bytes that happen to be UTF-8 are handed out as text where the spelling is not the expected one.
    const { dn, attributes } = toFakePerson(7, [513]);
    const { tokenGroups = [], objectSid = [], objectGUID = [], ...others } = attributes;
    const spelt = {
      ...others,
      TOKENGROUPS: tokenGroups,
      ObjectSID: objectSid,
      OBJECTguid: objectGUID,
    };
    await using opened = await openFake(
      asWindows(() => ({ entries: [{ dn, attributes: spelt }] })),
    );

    const account = await opened.directory.findAccount(toGuidText(7));

    assert.deepEqual(account?.groupIds, [`${domainSid}-513`]);
  });

  it('H09 takes an account of which anything is missing for unreadable, and says what', async () => {
    const { dn, attributes } = toFakePerson(7, [513]);
    const needed = [
      'objectSid',
      'tokenGroups',
      'userAccountControl',
      'accountExpires',
      'msDS-User-Account-Control-Computed',
    ];
    for (const name of needed) {
      const { [name]: _, ...others } = attributes;
      await using opened = await openFake(
        asWindows(() => ({ entries: [{ dn, attributes: others }] })),
      );

      await assert.rejects(opened.directory.findAccount(toGuidText(7)), {
        code: 'account_not_readable',
        facts: { account: toGuidText(7), missing: [name] },
      });
    }
  });

  it('H09 takes no other account’s answer for the one that was asked for', async () => {
    await using opened = await openFake(asWindows(() => ({ entries: [toFakePerson(8, [513])] })));

    await assert.rejects(opened.directory.findAccount(toGuidText(7)), {
      code: 'directory_not_reachable',
    });
  });

  it('refuses a login that two accounts have, and knows one from a name that merely looks alike', async () => {
    const [one, other] = [7, 8].map((n) => toFakePerson(n, [513], { userPrincipalName: ['a@b'] }));
    const muller = toFakePerson(9, [513], { userPrincipalName: ['Muller@corp'] });
    const müller = toFakePerson(10, [513], { userPrincipalName: ['Müller@corp'] });
    await using opened = await openFake(
      asWindows(({ base, filter }) => {
        if (base === `<GUID=${toGuidText(10)}>`) return { entries: [müller] };
        return { entries: (filter.includes('a@b') ? [one, other] : [muller, müller]) as never };
      }),
    );
    const { directory } = opened;

    await assert.rejects(directory.findByLogin('a@b'), { code: 'account_ambiguous' });
    // Windows finds both by either name: it compares without accents.
    assert.equal((await directory.findByLogin('müller@corp'))?.name, 'Person 10');
  });

  it('says what the server said, where it said no', async () => {
    const said = { code: 50, words: '00002098: SecErr: DSID-03150F94, INSUFF_ACCESS_RIGHTS' };
    await using opened = await openFake(asWindows(() => said));

    await assert.rejects(opened.directory.findAccount(toGuidText(7)), {
      code: 'platform_refused',
      facts: { words: `result 50: ${said.words}` },
    });
  });

  it('asks a server that is busy no further, and none that answers no LDAP', async () => {
    for (const said of [{ code: 51, words: 'busy' }, 'garbage', 'end'] as const) {
      await using opened = await openFake(asWindows(() => said));

      await assert.rejects(opened.directory.findAccount(toGuidText(7)), {
        code: 'directory_not_reachable',
        end: 'not_started',
      });
    }
  });
});

/** A group 9000 whose `member` comes in pieces of at most 1,500, and persons who are in it. */
function serveMembers(
  { base, attributes }: Search,
  values: () => readonly string[],
  version: () => string,
): FakeAnswer {
  if (base === `<SID=${domainSid}-9000>`) {
    const wish = attributes
      .map((it) => /^member;range=(\d+)-/.exec(it)?.[1])
      .find((it) => it !== undefined);
    const start = Number(wish ?? 0);
    const all = values();
    const piece = all.slice(start, start + 1_500);
    const end = start + piece.length === all.length ? '*' : start + piece.length - 1;
    const member = { member: [], [`member;range=${start}-${end}`]: piece };
    return { entries: [toFakeGroup(9000, { ...member, uSNChanged: [version()] })] };
  }
  const byGuid = /^<GUID=([0-9a-f]{8})/.exec(base)?.[1];
  const byName = /^CN=Person (\d+),/.exec(base)?.[1];
  if (byGuid === undefined && byName === undefined)
    return base.startsWith('<') ? notFound : nothing;
  const n = byGuid === undefined ? Number(byName) : Number.parseInt(byGuid, 16);
  return { entries: [toFakePerson(n, [513, 9000])] };
}
