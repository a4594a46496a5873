/** Rights from a real domain: read anew at each step, and nobody gets one while it cannot be read. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { changeMember, DNS, hire, LOGINS, toDirectoryConfig } from '#test/helpers/chat-company.ts';
import { labConfig, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { serviceAccount } from '#test/peers/samba/domain.ts';
import { toModifyRecord } from '#test/peers/samba/ldif.ts';
import { type Alter, holdStarts } from './alterations.ts';
import { cardOf, deedsOf, readRequest } from './look.ts';

const { ann, bob, gus } = LOGINS;
const CREATE =
  'vm create web-07 --template ubuntu-24 --network VLAN-100 --folder /prod/web --reason "load test"';

async function openStaffed(controllers: number, alter?: Alter) {
  await using stack = new AsyncDisposableStack();
  const domain = stack.use(await startDomain({ controllers }));
  await hire(domain);
  const config = `${labConfig()}\n${toDirectoryConfig(domain)}`;
  const env = { AD_PASSWORD: serviceAccount.password };
  const app = stack.use(await openTestApp({ config, env, ...(alter ? { alter } : {}) }));
  const opened = stack.move();
  return { domain, app, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Asked, agreed, and held before its start while `change` happens. */
async function startAfter(change: (domain: Domain, app: TestApp) => Promise<void>) {
  const held = holdStarts();
  await using stack = new AsyncDisposableStack();
  const { domain, app } = stack.use(await openStaffed(1, held.alter));
  await app.say(ann, CREATE);
  await app.say(bob, 'approval approve R-1');
  await change(domain, app);
  held.release();
  const state = await app.jobEnd(1);
  const opened = stack.move();
  return { app, state, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

describe('between vote and start, in Active Directory', needsPeer('samba'), () => {
  it('H22 lesson S5, S14: a voter who left the group has no vote any more', async () => {
    await using started = await startAfter((domain) =>
      changeMember(domain, 'delete', 'bob', 'ops-leads'),
    );

    assert.equal(started.state, 'superseded');
    assert.equal((await readRequest(started.app, 1)).state, 'open');
    const card = await cardOf(started.app, ann, 'R-1');
    assert.match(card, /the vote of Bob Lang no longer counts \(not an approver\)/);
    assert.deepEqual(deedsOf(started.app), []);
    await started.app.say(gus, 'approval approve R-1');
    assert.equal(await started.app.jobEnd(2), 'done');
  });

  it('H26 lesson S5: a requester who was disabled starts nothing', async () => {
    await using started = await startAfter((domain) =>
      domain.applyLdif(toModifyRecord(DNS.ann, 'replace', { userAccountControl: ['514'] })),
    );

    assert.equal(started.state, 'refused');
    const card = await cardOf(started.app, bob, 'R-1');
    assert.match(card, /Not started: the account of Ann Meyer is disabled/);
    assert.deepEqual(deedsOf(started.app), []);
  });
});

/** By the directory's own id: nobody has to be looked up by name. */
async function sayAs({ drover }: TestApp, personId: string, text: string): Promise<string> {
  const { conversation } = drover;
  const [dedupeKey, watching] = [randomUUID(), new AbortController()];
  const answered = new Promise<string>((resolve) => {
    const onMessage = (view: MessageView) => view.answers === dedupeKey && resolve(textOf(view));
    conversation.watch(personId, onMessage, watching.signal);
  });
  const sent = { transport: 'console', dedupeKey, personId, place: '', sentAt: new Date() };
  await conversation.receive({ ...sent, body: { kind: 'text', text } });
  const answer = await answered;
  watching.abort();
  return answer;
}

describe('a domain that does not answer', needsPeer('samba'), () => {
  it('H09 takes nobody’s right for granted, and says so; one controller of two is enough', async () => {
    await using opened = await openStaffed(2);
    const { domain, app } = opened;
    const [first, second] = domain.controllers;
    // In the seed, and so on both controllers.
    const person = await app.drover.house.directory.findByLogin('CORP\\ann');
    assert.ok(person);
    const ask = (text: string) => sayAs(app, person.id, text);

    await first?.stop();
    assert.match(await ask('whoami'), /Ann Berg[\s\S]*web-team/);

    await second?.stop();
    assert.match(await ask('whoami'), /The directory does not answer/);
    assert.match(await ask(CREATE), /The directory does not answer/);
    const requests = await app.drover.house.store.read((reads) =>
      reads.requests.list({ limit: 9 }),
    );
    assert.deepEqual(requests, []);

    await first?.start();
    assert.match(await ask('whoami'), /web-team/);
  });
});
