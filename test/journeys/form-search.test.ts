/** A form in a large estate: what no list holds is searched as somebody types, and only what they may use is offered. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generateEstate } from '#adapters/simulator/generate-estate.ts';
import { searchNames } from '#bot/conversation/search-choices.ts';
import { type Company, openCompany } from '#test/helpers/chat-company.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const HOSTS = 150;

/** In an estate of 150 hosts. */
async function openLarge(folder: string): Promise<Company> {
  const estate = join(folder, 'estate.json');
  writeFileSync(estate, JSON.stringify(generateEstate({ hosts: HOSTS, vms: 300 })));
  const config = labConfig((text) =>
    text.replace('  speed: 0', `  speed: 0\n  estate: ${JSON.stringify(estate)}`),
  );
  const company = await openCompany({ config });
  const { index } = company.app.drover.house;
  await eventually('the estate is read', async () => index.count('host') === HOSTS, 20_000, 20);
  return company;
}

/** With a host named: only then is there a field for it. */
async function openForm({ slack }: Company, host: string): Promise<void> {
  const channel = await slack.directChannel('ann');
  await slack.say('ann', `vm create --host ${host}`);
  await eventually(
    'the form is offered',
    async () => (await slack.read(channel)).some(({ text }) => /vm create: fill in/.test(text)),
    20_000,
    100,
  );
  const message = (await slack.read(channel)).findLast(({ text }) => /vm create/.test(text));
  assert.ok(message);
  await slack.click('ann', message, 'Send…');
}

describe('a form in a large estate', needsPeer('samba'), () => {
  it('searches hosts in Slack, and offers none to who may not see them', async () => {
    using folder = createTemporaryFolder('large-estate');
    await using company = await openLarge(folder.path);
    const { slack, app } = company;
    const { house } = app.drover;
    const hosts = [...house.index.all('host')].map(({ body }) => body.name);
    const [first = '', last = ''] = [hosts[0], hosts.at(-1)];
    await company.link('ann');
    await openForm(company, first);
    const search = async (typed: string) => {
      const { answer } = await slack.search('ann', 'host', typed);
      return ((answer?.options ?? []) as { value: string }[]).map(({ value }) => value);
    };

    assert.equal((await search('')).length, 100);
    assert.deepEqual(await search(last.toUpperCase()), [last]);
    assert.deepEqual(await search('.*'), []);
    const person = { id: 'p', login: 'p', name: 'P', state: 'active', groupIds: [] } as const;
    const asked = { command: 'vm create', field: 'host', typed: last };
    assert.deepEqual(searchNames({ house, person }, asked), []);
  });
});
