/** The case list's texts without mark-up of a transport, typed to a whole Drover: one meaning, or nothing runs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, listFacts, untilKnown } from './look.ts';

interface Expected {
  readonly runs?: string;
  readonly reason?: string;
  readonly error?: string;
}
interface Text {
  readonly id: string;
  readonly text: string;
  readonly expect: Expected & { readonly oneOf?: readonly Expected[] };
}
const FILE = new URL('fixtures/slack-texts.json', import.meta.url);
const { texts } = JSON.parse(readFileSync(FILE, 'utf8')) as { texts: readonly Text[] };

/** Of commands that exist, and without links, mentions and entities, which are Slack's own. */
const QUOTES = ['S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08', 'S33'];
const OTHERS = [
  ...['S01', 'S23', 'S24', 'S26', 'S27', 'S28', 'S29', 'S30', 'S31'],
  ...['S34', 'S35', 'S36', 'S37', 'S38'],
];

/** The estate that the texts speak of; what they start is off. */
const NAMES: readonly (readonly [from: string, to: string, power: 'on' | 'off'])[] = [
  ['web-01', 'web-07', 'on'],
  ['web-02', 'web-70', 'on'],
  ['web-03', '--odd-name', 'on'],
  ['web-04', '100%25', 'on'],
  ['web-05', 'base/feature-1', 'on'],
  ['web-06', 'Web Server (old)', 'off'],
];

async function openWorld(): Promise<TestApp> {
  const app = await openTestApp();
  byOthers(app, (console) => {
    for (const [from, to, power] of NAMES) {
      console.renameVm(from, to);
      console.setPower(to, power);
    }
  });
  await untilKnown(app, (index) => NAMES.every(([, to]) => index.byName('vm', to).length === 1));
  return app;
}

async function listRequests({ drover }: TestApp) {
  return drover.house.store.read(async (reads) => {
    const requests = await reads.requests.list({ limit: 10 });
    const plans = await Promise.all(requests.map(({ planId }) => reads.plans.find(planId)));
    return requests.map(({ operation, reason }, at) => {
      const { targets = [], bounds } = plans[at]?.plan ?? {};
      return { operation, reason, name: targets[0]?.name ?? bounds?.exact.name };
    });
  });
}

/** The name in the canonical form: `vm start "Web Server (old)"`, `vm show 100%25 (literal)`. */
function toName(runs: string): string {
  const [, quoted, plain] = /^vm \w+ (?:"([^"]+)"|(\S+))/.exec(runs) ?? [];
  return quoted ?? plain ?? '';
}

async function assertRan(app: TestApp, answer: MessageView, { runs = '', reason }: Expected) {
  const [, verb] = runs.split(' ');
  const requests = await listRequests(app);
  if (verb === 'list') {
    assert.match(textOf(answer), /^(VMs|No VM found)/);
    return assert.deepEqual(requests, []);
  }
  if (verb === 'show') {
    assert.equal(answer.card.title, `VM ${toName(runs)}`);
    return assert.deepEqual(requests, []);
  }
  const expected = { operation: `vm.${verb}`, reason: reason ?? null, name: toName(runs) };
  assert.deepEqual(requests, [expected]);
  if (reason === undefined) return;
  const [opened] = await listFacts(app, 'request_opened');
  assert.equal(opened?.reason, reason);
  assert.ok(JSON.stringify(answer.card.body).includes(JSON.stringify(reason)));
}

async function assertRefused(app: TestApp, answer: MessageView): Promise<void> {
  assert.deepEqual([await listRequests(app), deedsOf(app)], [[], []]);
  assert.match(textOf(answer), /Not understood|There is no/);
  assert.match(textOf(answer), /\^/, 'it points at the character');
}

async function check({ text, expect }: Text): Promise<void> {
  await using app = await openWorld();
  const answer = await app.say('carl', text);
  const choices = expect.oneOf ?? [expect];
  const ran = (await listRequests(app))[0];
  const met =
    choices.find((one) => one.runs && (!ran || (one.reason ?? null) === ran.reason)) ?? choices[0];
  const isRefused = /^(Not understood|There is no)/.test(answer.card.title);
  const error = choices.find((one) => one.error);
  if (isRefused && error) await assertRefused(app, answer);
  else await assertRan(app, answer, met as Expected);
}

describe('a text of the case list', { timeout: 120_000 }, () => {
  for (const one of texts.filter(({ id }) => QUOTES.includes(id)))
    it(`B01 ${one.id} keeps what stands in quotes to the letter, or is refused at the mark`, () =>
      check(one));
  for (const one of texts.filter(({ id }) => OTHERS.includes(id)))
    it(`${one.id} runs as the one command that was meant, or nothing runs`, () => check(one));

  it('are as many as the list has of them', () => {
    const known = new Set(texts.map(({ id }) => id));
    assert.ok([...QUOTES, ...OTHERS].every((id) => known.has(id)));
  });
});
