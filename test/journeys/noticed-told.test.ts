/** What is noticed in a company with a chat: in the operators' channel without buttons, edited in place; where it takes nothing, elsewhere. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Parts } from '#bot/drover.ts';
import { OperationError } from '#core/errors.ts';
import { type Company, LOGINS, openCompany } from '#test/helpers/chat-company.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { eventually, type SeenMessage, type TestSlack } from '#test/helpers/peers/slack.ts';
import { linkInSlack, seeDirect } from './chats.ts';
import { byOthers } from './look.ts';
import { noticedCards } from './noticed-stage.ts';

const withOperators = (slack: TestSlack) => ({ operatorsChannel: slack.channel });

async function seeOperators({ slack }: Company, what: RegExp): Promise<SeenMessage> {
  const find = async () =>
    (await slack.read(slack.channel)).findLast((seen) => what.test(JSON.stringify(seen)));
  await eventually(`${what} in the operators' channel`, find, 20_000, 50);
  return (await find()) as SeenMessage;
}

describe('what is noticed', { ...needsPeer('samba'), timeout: 120_000 }, () => {
  it("is one message in the operators' channel, with what to type, and is edited when it is over", async () => {
    await using company = await openCompany({ slack: withOperators });
    const { app, slack } = company;

    byOthers(app, (console) => console.failHost('esx-01'));
    const down = await seeOperators(company, /Host esx-01 does not respond/);
    byOthers(app, (console) => console.setHost('esx-01', { state: 'connected' }));
    const back = await seeOperators(company, /Host esx-01 responds again/);

    assert.match(JSON.stringify(down), /vm list --host esx-01 --connection lab-vc/);
    assert.doesNotMatch(JSON.stringify(down), /"button"/);
    assert.equal(back.ts, down.ts);
    const all = (await slack.read(slack.channel)).filter((seen) =>
      /Host esx-01/.test(JSON.stringify(seen)),
    );
    assert.equal(all.length, 1);
  });

  it('does not wait in the channel for a directory that does not answer', async () => {
    const alter = (parts: Parts): Parts => ({
      ...parts,
      directory: {
        ...parts.directory,
        listMembers: async () => {
          throw new OperationError('directory_not_reachable', 'not_started');
        },
      },
    });
    await using company = await openCompany({ slack: withOperators, alter });

    byOthers(company.app, (console) => console.failHost('esx-01'));
    const down = await seeOperators(company, /Host esx-01 does not respond/);

    assert.match(JSON.stringify(down), /VMs? ran on it/);
  });

  it('without a channel goes to each operator, in the console and in the chats that they linked', async () => {
    await using company = await openCompany();
    const { app } = company;
    await linkInSlack(company, 'bob');

    byOthers(app, (console) => console.failHost('esx-01'));
    const direct = await seeDirect(company, 'bob', /Host esx-01 does not respond/);

    assert.match(JSON.stringify(direct), /"button"/);
    assert.equal((await noticedCards(app, LOGINS.bob)).length, 1);
  });
});
