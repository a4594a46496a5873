/** The policy of docs/approvals.md keeps what its table promises, line by line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { findStages } from '#approvals/policy.ts';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import {
  openTestApp,
  type TestApp,
  type TestAppOptions,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { createPeople } from '#test/journeys/alterations.ts';
import { cardOf, readRequest } from '#test/journeys/look.ts';

const page = readFileSync(new URL('../../docs/approvals.md', import.meta.url), 'utf8');
const policy =
  /^## A policy to begin with\n.*?^```yaml fragment\n(.*?)^```/ms.exec(page)?.[1] ?? '';
const LINES = policy.trimEnd().split('\n');
const MINUTE_MS = 60_000;

/** Lines of the policy, as the table names them. */
const tested = new Set<string>();

/** A promise of one row of the table. */
function promise(row: string, words: string, test: (app: TestApp) => Promise<void>): void {
  tested.add(row);
  it(`line ${row}: ${words}`, async () => {
    await using app = await open();
    await test(app);
  });
}

function open(options: Pick<TestAppOptions, 'alter'> = {}, text = policy): Promise<TestApp> {
  return openTestApp({ config: `lab: { speed: 0 }\n${text}`, ...options });
}

async function plan(app: TestApp, person: string, line: string): Promise<string> {
  return textOf(await app.say(person, `${line} --plan`));
}

const create = (name: string, more: string) =>
  `vm create ${name} --template debian-12 --folder ${more}`;

/** Off, so that it can be deleted: agreed by Bob. */
async function shutDown(app: TestApp, name: string): Promise<void> {
  await app.say('ann', `vm shutdown ${name}`);
  await app.say('bob', 'approval approve R-1');
  assert.equal(await app.jobEnd(1), 'done');
}

const says = (view: MessageView, words: RegExp) => assert.match(textOf(view), words);

/** Which rules ask for votes where the folder of a VM that is stopped cannot be read. */
function listRulesOfUnknown({ drover }: TestApp): string[] {
  const place = { connectionId: 'lab-vc', clusterName: 'prod', folderPath: undefined };
  const bounds = { effects: {}, exact: {}, atMost: {}, oneOf: {}, deletes: [], keeps: [] };
  const question = {
    ...{ operation: 'vm.stop', scope: { ...place, ownerId: null } },
    ...{ personId: 'lab-carl', roleNames: ['operators'], plan: { bounds } },
  };
  const decided = findStages(question, drover.house.rules.policies);
  return decided.verdict === 'stages' ? decided.stages.map(({ rule }) => rule) : [];
}

describe('the policy of docs/approvals.md', { timeout: 120_000 }, () => {
  it('has 25 lines, and each of them is explained and tested', () => {
    const rows = [...page.matchAll(/^\| (\d+)(?:–(\d+))? \|/gm)];
    const explained = rows.flatMap(([, from, to = from]) => {
      const first = Number(from);
      return Array.from({ length: Number(to) - first + 1 }, (_, at) => first + at);
    });

    assert.equal(LINES.length, 25);
    assert.deepEqual(
      explained,
      LINES.map((_, at) => at + 1),
    );
    assert.deepEqual(
      rows.map(([, from, to]) => (to ? `${from}–${to}` : from)),
      [...tested],
    );
  });

  promise('1', 'what no role allows is refused, with roles and lines', async (app) => {
    const answer = await app.say('carl', create('x-1', '/test'));

    says(answer, /No role of yours allows it.*operators \(line \d+\): does not have this right/s);
  });

  promise('2–4', 'everybody named sees, and seeing is all it gives', async (app) => {
    for (const person of ['ann', 'bob', 'carl', 'dora'])
      assert.match(textOf(await app.say(person, 'vm list --limit 1')), /1 of 150 shown/, person);

    says(await app.say('dora', 'vm stop app-01'), /No role of yours allows it/);
  });

  tested.add('5–6');
  it('line 5–6: the right goes with the group', async () => {
    const people = createPeople();
    await using app = await open({ alter: people.alter });
    assert.match(await plan(app, 'ann', create('t-1', '/test')), /Plan: create t-1/);

    people.change('ann', { groups: [] });

    says(await app.say('ann', create('t-1', '/test')), /No role of yours allows it/);
  });

  promise('7', 'the team asks for these five and nothing else', async (app) => {
    const own = textOf(await app.say('ann', 'whoami'));
    assert.match(own, /vm\.create, vm\.start, vm\.shutdown, vm\.stop, vm\.de/);

    says(await app.say('ann', 'explain vm identify web-01'), /Not allowed/);
  });

  promise('8', 'only in these folders and below them', async (app) => {
    assert.match(await plan(app, 'ann', create('t-1', '/test/web')), /Plan: create t-1/);

    says(await app.say('ann', 'vm stop app-01'), /Not allowed: vm stop app-01/);
    says(await app.say('ann', create('t-1', '/lab')), /web-team \(line \d+\): does not hold there/);
  });

  promise('9', 'only from these templates', async (app) => {
    const answer = await app.say('ann', 'vm create w-1 --template windows-2025 --folder /test');

    says(answer, /Not allowed: vm create.*does not have this template/s);
  });

  promise('10', 'four VMs each, and what is only requested counts', async (app) => {
    for (const at of [1, 2, 3]) await app.say('ann', create(`t-${at}`, '/test'));
    await app.say('ann', create('p-1', '/prod/web'));

    const answer = await app.say('ann', create('t-5', '/test'));

    says(answer, /5 of 4 VMs/);
  });

  promise('11', 'operators run what is there, and delete nothing', async (app) => {
    assert.match(await plan(app, 'carl', 'vm stop app-01'), /Plan: stop app-01/);

    says(await app.say('carl', 'vm delete app-01'), /No role of yours allows it/);
  });

  tested.add('12');
  it('line 12: administrators have no right on a VM, and connection.accept only by its full name', async () => {
    const without = policy.replace('connection.accept, ', '');
    assert.notEqual(without, policy);
    await using app = await open();
    await using other = await open({}, without);

    says(await app.say('dora', 'vm start test-web-01'), /No role of yours allows it/);
    const line = 'explain connection accept lab-vc';
    assert.match(textOf(await app.say('dora', line)), /^Allowed/);
    assert.match(textOf(await other.say('dora', line)), /^Not allowed/);
  });

  tested.add('13');
  it('line 13: who agrees does not ask, even from within the team', async () => {
    const people = createPeople();
    people.change('ann', { groups: ['web-team', 'ops-leads'] });
    await using app = await open({ alter: people.alter });

    const answer = await app.say('ann', create('t-1', '/test'));

    says(answer, /A role denies it.*duties-apart \(line \d+\): denies it/s);
  });

  promise('14', 'what no rule matches is refused, even with the right', async (app) => {
    const answer = await app.say('carl', 'vm stop lab-node-01');

    says(answer, /No rule of the configuration says who must agree/);
    says(await app.say('carl', 'explain vm stop lab-node-01'), /Refused by rule/);
  });

  promise(
    '15',
    'the rule’s name and line stand on the card, in explain and in the audit',
    async (app) => {
      await app.say('carl', 'vm stop app-01');

      const line = 1 + LINES.findIndex((text) => text.includes('prod-four-eyes')) + 1;
      const rule = new RegExp(`prod-four-eyes[ ,(]+line ${line}`);
      assert.match(await cardOf(app, 'bob', 'R-1'), rule);
      assert.match(textOf(await app.say('carl', 'explain vm stop app-02')), rule);
      const [opened] = await app.audit('request_opened');
      assert.match(JSON.stringify(opened), /prod-four-eyes/);
    },
  );

  promise('16', 'everything that changes a VM in production', async (app) => {
    const plans = [
      await plan(app, 'ann', create('web-90', '/prod/web')),
      await plan(app, 'ann', 'vm shutdown web-01'),
      await plan(app, 'ann', 'vm stop web-01'),
    ];

    for (const text of plans) assert.match(text, /Agrees: +1 of ops-leads .*prod-four-eyes/);
    says(await app.say('ann', 'explain vm start web-01'), /prod-four-eyes/);
    says(await app.say('ann', 'explain vm delete web-01'), /prod-four-eyes/);
  });

  promise('17', 'all that lies below /prod, and what lies beside it does not', async (app) => {
    assert.match(await plan(app, 'carl', 'vm stop db-01'), /prod-four-eyes/);

    assert.doesNotMatch(await plan(app, 'ann', create('t-1', '/test')), /prod-four-eyes/);
    assert.deepEqual(listRulesOfUnknown(app), ['prod-four-eyes']);
  });

  promise('18', 'a lead who did not ask, a no with its reason, four hours', async (app) => {
    await app.say('bob', 'vm stop app-01');
    const { expiresAt, createdAt } = await readRequest(app, 1);

    says(await app.say('bob', 'approval approve R-1'), /R-1 is your own request/);
    says(await app.say('dora', 'approval approve R-1'), /You are not among those/);
    says(await app.say('eva', 'approval deny R-1'), /A reason is needed to deny R-1/);
    assert.equal(expiresAt.getTime() - createdAt.getTime(), 240 * MINUTE_MS);
    assert.match(textOf(await app.say('eva', 'approval approve R-1')), /R-1 is approved/);
    assert.equal(await app.jobEnd(1), 'done');
  });

  tested.add('19');
  it('line 19: a deletion in production needs two people of two groups, within the shorter time', async () => {
    const people = createPeople();
    people.change('bob', { groups: ['ops-leads', 'drover-admins'] });
    await using app = await open({ alter: people.alter });
    await shutDown(app, 'web-01');
    await app.say('ann', 'vm delete web-01 --reason "replaced"');
    const { expiresAt, createdAt } = await readRequest(app, 2);

    await app.say('bob', 'approval approve R-2');
    assert.match(await cardOf(app, 'ann', 'R-2'), /1 of 2 agreed/);
    await app.say('dora', 'approval approve R-2');

    assert.equal(await app.jobEnd(2), 'done');
    assert.equal(expiresAt.getTime() - createdAt.getTime(), 60 * MINUTE_MS);
  });

  promise('20', 'test machines are started and stopped without asking anybody', async (app) => {
    await app.say('ann', create('t-1', '/test'));
    await app.jobEnd(1);

    const answer = textOf(await app.say('ann', 'vm stop t-1'));

    assert.match(answer, /agreed by rule/);
    assert.equal(await app.jobEnd(2), 'done');
  });

  promise('21', 'a test machine at the limits is made at once', async (app) => {
    const sizes = '--cpu 4 --memory 16GiB --disk 100GiB';

    const answer = textOf(await app.say('ann', create('t-1', `/test ${sizes}`)));

    assert.match(answer, /agreed by rule/);
    assert.equal(await app.jobEnd(1), 'done');
  });

  promise('22', 'more than 4 vCPU asks a lead', async (app) => {
    const text = await plan(app, 'ann', create('t-1', '/test --cpu 5'));

    assert.match(text, /Agrees: +1 of ops-leads \(rule test-cpus/);
  });

  promise('23', 'more than 16 GiB asks a lead; above two limits, two of them', async (app) => {
    await app.say('ann', create('t-1', '/test --cpu 5 --memory 17GiB'));

    await app.say('bob', 'approval approve R-1');

    assert.match(await cardOf(app, 'ann', 'R-1'), /1 of 2 agreed/);
    assert.match(textOf(await app.say('eva', 'approval approve R-1')), /R-1 is approved/);
    const one = await plan(app, 'ann', create('t-2', '/test --memory 17GiB'));
    assert.match(one, /Agrees: +1 of ops-leads \(rule test-memory/);
  });

  promise('24', 'more than 100 GiB of disk asks a lead', async (app) => {
    const text = await plan(app, 'ann', create('t-1', '/test --disk 101GiB'));

    assert.match(text, /Agrees: +1 of ops-leads \(rule test-disk/);
  });

  promise('25', 'a deletion is never automatic, in test neither', async (app) => {
    await app.say('ann', create('t-1', '/test --start=false'));
    await app.jobEnd(1);

    const answer = textOf(await app.say('ann', 'vm delete t-1'));

    assert.match(answer, /test-delete: 1 of ops-leads, reason on deny/);
  });
});
