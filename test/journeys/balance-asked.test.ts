/** What is asked for of a balance: what is refused is in the audit, and what a proposal showed is what is asked for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, untilKnown } from './look.ts';
import { endCard, type MovesWish, names, openMoves, placesOf, say, toLine } from './moves-stage.ts';

const UNEVEN: MovesWish = {
  on: { 'esx-01': names(10), 'esx-02': ['web-01'], 'esx-03': ['web-02'] },
  hosts: {
    'esx-01': { memory: '128GiB', cpuUsedShare: 0.7 },
    'esx-02': { memory: '128GiB', cpuUsedShare: 0.1 },
    'esx-03': { memory: '128GiB', cpuUsedShare: 0.1 },
  },
};
const BALANCED: MovesWish = {
  on: { 'esx-01': names(3), 'esx-02': names(3, 'web'), 'esx-03': names(3, 'db') },
};
/** Carl may balance a cluster that is not this one. */
const elsewhere = (text: string) =>
  text
    .replace(/\s*cluster\.balance,/, '')
    .replace(
      'policies:',
      '  - name: balancers\n    members: [operators]\n    allow: [cluster.balance]\n    scope: { clusters: [C9] }\n\npolicies:',
    );
const limits = { timeout: 100_000 };

describe('cluster balance that is refused', limits, () => {
  it('is in the audit as every change is, for all of it and for named VMs', async () => {
    const cases = [
      ['cluster balance C1 --all', BALANCED, 'blocked', 'nothing_to_balance'],
      [
        'cluster balance C1 --all',
        { ...UNEVEN, automation: 'full' },
        'blocked',
        'platform_balances',
      ],
      ['cluster balance C1 web-01', UNEVEN, 'blocked', 'vm_gains_too_little'],
      ['cluster balance C1 --all', { ...UNEVEN, config: elsewhere }, 'not_allowed', undefined],
      ['cluster balance C1 app-01', { ...UNEVEN, config: elsewhere }, 'not_allowed', undefined],
    ] as const;

    for (const [line, wish, code, blocker] of cases) {
      await using app = await openMoves(wish);

      await say(app, 'carl', line);

      const [event, ...more] = await app.audit('refused');
      assert.equal(event?.personId, 'lab-carl', line);
      assert.deepEqual(event?.facts, {
        ...{ operation: 'cluster.balance', code, text: line },
        codes: blocker === undefined ? [] : [blocker],
      });
      assert.deepEqual([more, await app.audit('request_opened')], [[], []], line);
    }
  });

  it('is in no audit where nothing was asked for: a proposal, a plan, a script', async () => {
    await using app = await openMoves(BALANCED);

    for (const options of ['', ' --plan', ' --all --plan', ' --all --script'])
      await say(app, 'carl', `cluster balance C1${options}`);

    assert.deepEqual([await app.audit('refused'), deedsOf(app)], [[], []]);
  });
});

/** Nobody looks at it between the click and the job. */
const auto = (text: string) =>
  text.replace(
    /operations: \[cluster\.balance\]\n.*/,
    'operations: [cluster.balance]\n    decide: auto',
  );

/** Proposes, and answers the moves that the card showed: `app-01 on esx-02`, by VM id. */
async function propose(app: TestApp): Promise<Map<string, string>> {
  const { card } = await app.say('carl', 'cluster balance C1');
  const choices = card.actions.find(({ label }) => label === 'Choose moves…')?.ask?.choices ?? [];
  return new Map(
    choices.map(({ title, value }) => [
      value,
      title.replace(/^(\S+): \S+ → (\S+),.*$/, '$1 on $2'),
    ]),
  );
}

describe('a proposal that is asked for', limits, () => {
  it('moves each one that is ticked to the host that it showed, whatever is best for it alone', async () => {
    await using app = await openMoves({ ...UNEVEN, config: auto });
    const shown = await propose(app);
    const ticked = [...shown].filter(([, place]) => place.endsWith('esx-03'));

    await app.click('carl', 'Choose moves…', { moves: ticked.map(([id]) => id).join(',') });
    await endCard(app);

    const places = await placesOf(app);
    assert.ok(ticked.length > 1);
    assert.equal(deedsOf(app).length, ticked.length);
    for (const [, place] of ticked) assert.ok(places.includes(place), `${place}: ${places.join()}`);
  });

  it('says so and asks for nothing where a move no longer holds', async () => {
    await using app = await openMoves({ ...UNEVEN, config: auto });
    const shown = [...(await propose(app)).values()];
    byOthers(app, (console) => console.setHost('esx-02', { cpuUsedShare: 0.95 }));
    await untilKnown(app, (index) =>
      index.byName('host', 'esx-02').every(({ body }) => body.cpuUsedShare === 0.95),
    );

    const { card } = await app.click('carl', /^Ask for all/);

    const text = toLine(card);
    const [, failed = ''] =
      /Not as proposed any more, .* now: (.*)\. What is best/.exec(text) ?? [];
    assert.doesNotMatch(failed, /esx-03/);
    for (const place of shown.filter((one) => one.endsWith('esx-02')))
      assert.ok(failed.includes(place.replace(' on ', ' to ')), text);
    assert.match(text, /What is best now: cluster balance C1/);
    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
    assert.equal((await app.audit('refused')).length, 1);
  });
});
