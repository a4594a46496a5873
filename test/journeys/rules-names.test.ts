/** Typed names (H08), late words (H31), the same word twice (H34), and words that are data (H35). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm, listFacts, untilKnown } from './look.ts';

function listRequests({ drover }: TestApp) {
  return drover.house.store.read((reads) => reads.requests.list({ limit: 100 }));
}

async function rename(app: TestApp, from: string, to: string): Promise<void> {
  byOthers(app, (console) => console.renameVm(from, to));
  await untilKnown(app, (index) => index.byName('vm', to).length > 0);
}

describe('a typed name', { timeout: 60_000 }, () => {
  it('H08 B35 is that name and nothing else: no prefix, no pattern, no other case', async () => {
    await using app = await openTestApp();
    await rename(app, 'app-02', 'app-1');

    for (const name of ['app-0', 'app-*', 'APP-01', 'app-01 ', 'app.01', '^app-01$']) {
      const answer = textOf(await app.say('carl', `vm stop "${name}"`));
      assert.match(answer, /There is no VM called/, name);
      assert.match(answer, /Nothing was done/, name);
    }
    assert.deepEqual([await listRequests(app), deedsOf(app)], [[], []]);
  });

  it('H08 that several bear is asked with places and owners, and the chosen id is what is changed', async () => {
    await using app = await openTestApp();
    await rename(app, 'web-02', 'app-01');
    await untilKnown(app, (index) => index.byName('vm', 'app-01').length === 2);

    const choice = await app.say('carl', 'vm stop app-01 --reason "one of them"');
    const asked = await app.click('carl', /in \/prod\/web/);
    await app.say('bob', 'approval approve R-1');
    const state = await app.jobEnd(1);

    const { actions } = choice.card;
    assert.equal(actions.length, 2);
    for (const { label, style } of actions) {
      assert.match(label, /^app-01 in \/prod\/(web|app), lab-vc, on esx-\d+, no owner$/);
      assert.equal(style, 'normal');
    }
    assert.match(textOf(asked), /Reason: +one of them/);
    assert.equal(state, 'done');
    const stopped = app.drover.house.index
      .byName('vm', 'app-01')
      .filter(({ body }) => body.power === 'off');
    assert.equal(stopped.length, 1);
    const folder = app.drover.house.index.byHandle(
      'lab-vc',
      'folder',
      stopped[0]?.body.folderHandle ?? '',
    );
    assert.equal(folder?.body.path, '/prod/web');
  });

  it('H08 with letters that nobody sees or that look like others is pointed out, with the nearest', async () => {
    await using app = await openTestApp();

    const unseen = await app.say('carl', 'vm stop app\u200b-01');
    const cyrillic = await app.say('carl', 'vm stop \u0430pp-01');
    const created = await app.say('ann', 'vm create w\u0435b-09 --template ubuntu-24');

    assert.match(textOf(unseen), /zero-width space \(U\+200B\), which nobody sees/);
    assert.match(textOf(cyrillic), /U\+0430\), which looks like a/);
    for (const answer of [unseen, cyrillic])
      assert.ok(answer.card.actions.some(({ label }) => label.startsWith('app-01 in ')));
    assert.match(textOf(created), /That name cannot be given/);
    assert.deepEqual(await listRequests(app), []);
  });

  it('H08 that was approved stays that VM when it is renamed and another takes its name', async () => {
    await using app = await openTestApp();
    const { id } = findVm(app, 'app-01');
    await app.say('carl', 'vm stop app-01');
    await rename(app, 'app-01', 'old-01');
    await rename(app, 'app-02', 'app-01');

    await app.say('bob', 'approval approve R-1');
    const state = await app.jobEnd(1);

    assert.equal(state, 'done');
    assert.equal(app.drover.house.index.get('vm', id)?.body.power, 'off');
    assert.equal(findVm(app, 'app-01').body.power, 'on');
  });
});

/** Names and reasons that somebody might take for mark-up, a pattern, a template or a formula. */
const WORDS = [
  'a *b* _c_ `d` ~e~ [x](http://y) <b>z</b> &amp; {{DATE(2026-01-01T00:00:00Z,SHORT)}}',
  'called $\u007bprocess.env.HOME} {person} {reason} $& $1 %s %2f',
  "=HYPERLINK('x') <!channel> <@U0BOB> @here ::",
  'turned \u202eback\u202c and unseen\u200b',
];

describe('words of people and platforms', { timeout: 60_000 }, () => {
  for (const words of WORDS) {
    it(`H35 stay letter-true on every card and in the audit: ${JSON.stringify(words)}`, async () => {
      await using app = await openTestApp();

      const asked = await app.say('carl', `vm stop app-01 --reason \u300c${words}\u300d`);
      const denied = `approval deny R-1 --reason \u300c${words}\u300d`;
      await app.say('bob', denied);

      const reasons = asked.card.body.flatMap((block) =>
        block.block === 'fields' ? block.fields.filter(({ label }) => label === 'Reason') : [],
      );
      assert.deepEqual(reasons, [{ label: 'Reason', value: words }]);
      for (const event of ['request_opened', 'vote_cast'])
        assert.deepEqual(
          (await listFacts(app, event)).map(({ reason }) => reason),
          [words],
        );
      const card = (await app.messages('carl')).find(({ subject }) => subject?.label === 'R-1');
      assert.ok(JSON.stringify(card?.card.body).includes(JSON.stringify(`Reason: ${words}`)));
    });
  }

  it('H35 of a platform are found, shown and sent on letter by letter', async () => {
    await using app = await openTestApp();
    const names = ['*all* `x` <b>&amp;</b>', '$\u007bname} {vm} $&', 'tab\tand\nline', '| a | b |'];
    for (const [at, name] of names.entries()) await rename(app, `app-0${at + 1}`, name);

    for (const name of names) {
      const shown = await app.say('carl', `vm show \u300c${name}\u300d`);
      assert.equal(shown.card.title, `VM ${name}`);
      const asked = await app.say('carl', `vm stop \u300c${name}\u300d`);
      assert.equal(asked.card.title, `Carl Wu wants to stop ${name}`);
      assert.ok(!textOf(asked).includes('\t'));
    }
    const requests = await listRequests(app);
    assert.equal(requests.length, names.length);
    await app.say('bob', 'approval approve R-2');
    assert.equal(await app.jobEnd(1), 'done');
  });

  it('H35 that a button types again are the same words', async () => {
    await using app = await openTestApp();
    const name = 'it\u2019s "quoted" \u201cso\u201d';
    await rename(app, 'app-01', name);
    await app.say('carl', `vm show \u300c${name}\u300d`);

    const asked = await app.click('carl', 'Power off');

    assert.equal(asked.card.title, `Carl Wu wants to stop ${name}`);
  });
});
