/** A click that opens a request counts once, under however many ids it arrives, and is answered each time (H34). */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { labConfig, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { answerTo, byOthers, readRequest, receive, untilKnown } from './look.ts';
import { names, openMoves } from './moves-stage.ts';

const FORM = { template: 'ubuntu-24', network: 'VLAN-100', folder: '/prod/web' };
const ALREADY = /R-1 was asked for already/;

const countRequests = ({ drover }: TestApp) =>
  drover.house.store.read(async ({ requests }) => (await requests.list({ limit: 10 })).length);

function toAction({ card }: MessageView, label: string): string {
  const action = card.actions.find((one) => one.label === label);
  if (!action) throw new Error(`no ${label} in ${textOf(card)}`);
  return action.id;
}

interface Way {
  readonly person: string;
  readonly line: string;
  readonly label: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

const WAYS: Readonly<Record<string, Way>> = {
  'a form': {
    ...{ person: 'ann', line: 'vm create', label: 'Send' },
    inputs: { ...FORM, name: 'web-70' },
  },
  'the card of a plan': {
    ...{ person: 'ann', line: 'vm create web-70 --template ubuntu-24 --plan', label: 'Ask for it' },
  },
  'what asks back first': { person: 'carl', line: 'vm show app-01', label: 'Power off' },
};

async function clickAtOnce(app: TestApp, { person, inputs = {} }: Way, actionId: string) {
  const keys = ['console', 'terminal', 'console', 'terminal'].map((transport) => ({
    ...{ transport, dedupeKey: randomUUID() },
  }));
  const body = { kind: 'action', actionId, inputs } as const;
  await Promise.all(keys.map((key) => receive(app, person, { ...key, body })));
  return Promise.all(keys.map(({ dedupeKey }) => answerTo(app, person, dedupeKey)));
}

function assertOneAsked(answers: readonly MessageView[]): void {
  const again = answers.filter((answer) => ALREADY.test(textOf(answer)));
  assert.equal(again.length, answers.length - 1);
  const [first] = answers.filter((answer) => !again.includes(answer));
  assert.equal(first?.subject?.label, 'R-1');
}

describe('a click that opens a request', { timeout: 100_000 }, () => {
  for (const [name, way] of Object.entries(WAYS)) {
    it(`H34 on ${name} opens one, clicked again and after a restart`, async () => {
      await using folder = await createTemporaryFolder('click');
      const { person, line, label, inputs } = way;
      let actionId = '';
      {
        await using app = await openTestApp({ dataFolder: folder.path });
        actionId = toAction(await app.say(person, line), label);
        const first = await app.clickId(person, actionId, inputs);
        const second = await app.clickId(person, actionId, inputs);

        assert.equal(first.subject?.label, 'R-1');
        assert.match(textOf(second), ALREADY);
        assert.match(textOf(second), /Nothing was done now/);
        assert.equal(await countRequests(app), 1);
      }
      await using app = await openTestApp({ dataFolder: folder.path });

      const third = await app.clickId(person, actionId, inputs);

      assert.match(textOf(third), ALREADY);
      assert.equal(await countRequests(app), 1);
    });

    it(`H34 on ${name} opens one, when four come at once`, async () => {
      await using app = await openTestApp();
      const actionId = toAction(await app.say(way.person, way.line), way.label);

      assertOneAsked(await clickAtOnce(app, way, actionId));

      assert.equal(await countRequests(app), 1);
    });
  }

  it('H34 answers so once the request is over, and shows its job where nobody has to agree', async () => {
    await using app = await openTestApp();
    const line = 'vm create t-1 --template ubuntu-24 --folder /test --plan';
    const actionId = toAction(await app.say('ann', line), 'Ask for it');

    const first = await app.clickId('ann', actionId);
    await app.jobEnd(1);
    const second = await app.clickId('ann', actionId);

    assert.equal(first.subject?.label, 'J-1');
    assert.match(textOf(second), ALREADY);
    assert.equal(await countRequests(app), 1);
  });

  it('H34 is answered with its request, though what it was about has another name by then', async () => {
    await using app = await openTestApp();
    const { line, label } = WAYS['what asks back first'] as Way;
    const actionId = toAction(await app.say('carl', line), label);
    await app.clickId('carl', actionId);
    byOthers(app, (console) => console.renameVm('app-01', 'app-99'));
    await untilKnown(app, (index) => index.byName('vm', 'app-99').length === 1);

    assert.match(textOf(await app.clickId('carl', actionId)), ALREADY);
  });

  it('H34 on a proposal opens one for what was ticked', async () => {
    const load = { memory: '128GiB' } as const;
    await using app = await openMoves({
      on: { 'esx-01': names(10), 'esx-02': ['web-01'] },
      hosts: {
        'esx-01': { ...load, cpuUsedShare: 0.7 },
        'esx-02': { ...load, cpuUsedShare: 0.1 },
      },
    });
    const { card } = await app.say('carl', 'cluster balance C1');
    const choose = card.actions.find(({ ask }) => ask);
    const [one] = choose?.ask?.choices ?? [];
    assert.ok(choose && one);
    const click = () => app.clickId('carl', choose.id, { moves: one.value });

    const first = await click();
    const second = await click();

    assert.equal(first.subject?.label, 'R-1');
    assert.match(textOf(second), ALREADY);
    assert.equal(await countRequests(app), 1);
  });

  it('lets a form be sent that was refused before, with what was corrected', async () => {
    await using app = await openTestApp();
    const actionId = toAction(await app.say('ann', 'vm create'), 'Send');
    const faulty = { ...FORM, name: 'web-70', memory: '1,5GiB' };
    const taken = { ...FORM, name: 'web-01' };

    const refused = await app.clickId('ann', actionId, faulty);
    const blocked = await app.clickId('ann', actionId, taken);
    const sent = await app.clickId('ann', actionId, { ...faulty, memory: '2GiB' });

    assert.match(textOf(refused), /1,5GiB/);
    assert.match(textOf(blocked), /Cannot create web-01/);
    assert.equal(sent.subject?.label, 'R-1');
  });

  it('lets the same line be asked for by another card', async () => {
    await using app = await openTestApp();
    const { line, label } = WAYS['what asks back first'] as Way;
    for (const number of [1, 2]) {
      const asked = await app.clickId('carl', toAction(await app.say('carl', line), label));
      assert.equal(asked.subject?.label, `R-${number}`);
    }
    assert.notEqual((await readRequest(app, 1)).id, (await readRequest(app, 2)).id);
  });
});

describe('a click that opens a request, on PostgreSQL', needsPeer('postgres'), () => {
  it('H34 opens one, when four come at once', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    const config = labConfig((text) => `${text}\ndatabase:\n  url: \${env:DATABASE}\n`);
    await using app = await openTestApp({ config, env: { DATABASE: url } });
    const way = WAYS['a form'] as Way;

    assertOneAsked(
      await clickAtOnce(app, way, toAction(await app.say('ann', 'vm create'), 'Send')),
    );

    assert.equal(await countRequests(app), 1);
  });
});
