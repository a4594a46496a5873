import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliverSigned, eventually } from '#test/helpers/peers/slack.ts';
import { type OpenSlack, openSlack } from './open-slack.ts';

const minute = 60_000;

function toClick({ workspace }: OpenSlack) {
  const user = { id: workspace.userId('ann'), team_id: workspace.teamId };
  const action = { type: 'button', action_id: 'drover.do.0', value: 'a-1', action_ts: '1712.1' };
  return {
    ...{ type: 'block_actions', user, team: { id: workspace.teamId }, trigger_id: 't' },
    container: { type: 'message', channel_id: workspace.channel, message_ts: '1.1' },
    actions: [action],
  };
}

describe('a request over HTTP', () => {
  it('is taken when Slack signed it', async () => {
    await using open = await openSlack('http');

    const { status } = await open.workspace.deliver('interactive', toClick(open));

    assert.equal(status, 200);
    assert.equal(open.inbox.length, 1);
  });

  it('lesson S1, S18: reaches nothing unsigned, whatever its body says of ssl_check', async () => {
    await using open = await openSlack('http');
    const { slack, inbox, faults, refusals } = open;
    const payload = encodeURIComponent(JSON.stringify(toClick(open)));
    const bodies = ['ssl_check=1&payload=', 'ssl_check=0&payload=', 'payload='].map(
      (head) => head + payload,
    );

    for (const body of [...bodies, `payload=${payload}&ssl_check=1`]) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status } = await fetch(slack.url ?? '', { method: 'POST', headers, body });
      // Slack's probe of the certificate has no signature, and gets nothing but a 200.
      assert.equal(status, body.includes('ssl_check=1') ? 200 : 401);
    }

    assert.deepEqual([inbox, faults], [[], []]);
    await eventually('a note of each', () => refusals.length === 4);
    const codes = refusals.map(({ code }) => code);
    assert.deepEqual(codes, ['ssl_check', 'unsigned', 'unsigned', 'ssl_check']);
  });

  it('is refused with another secret, too old, or from the future', async () => {
    await using open = await openSlack('http');
    const { slack, inbox, refusals } = open;
    const url = slack.url ?? '';
    const event = open.workspace.toEvent({ type: 'app_mention', user: 'U1', channel: 'C1' });
    const wrong = [
      { secret: 'another-secret-of-32-letters-xxx' },
      { signedAt: Date.now() - 6 * minute },
      { signedAt: Date.now() + 6 * minute },
      { signedAt: Number.NaN },
    ];

    const statuses: (number | undefined)[] = [];
    for (const options of wrong) {
      statuses.push((await deliverSigned(url, 'event', event, options)).status);
    }

    assert.deepEqual(statuses, [401, 401, 401, 401]);
    await eventually('a note of each', () => refusals.length === 4);
    const slackRefused = (code: string) => ({ transport: 'slack', code });
    assert.deepEqual(refusals, ['unsigned', 'replayed', 'replayed', 'unsigned'].map(slackRefused));
    assert.deepEqual(inbox, []);
  });

  it('lesson S19: a captured request runs nothing a second time', async () => {
    await using open = await openSlack('http');
    const signedAt = Date.now();
    const click = toClick(open);

    const first = await open.workspace.deliver('interactive', click, { signedAt });
    const replayed = await open.workspace.deliver('interactive', click, { signedAt });

    assert.deepEqual([first.status, replayed.status], [200, 200]);
    assert.equal(open.inbox.length, 1);
  });

  it('lesson S20: is refused when its body is larger than anything Slack sends', async () => {
    await using open = await openSlack('http');
    const event = open.workspace.toEvent({ type: 'app_mention', text: 'x'.repeat(600_000) });

    const { status } = await open.workspace.deliver('event', event);

    assert.equal(status, 413);
    await eventually('a note of it', () => open.refusals.length > 0);
    assert.deepEqual(open.refusals, [{ transport: 'slack', code: 'too_large' }]);
  });

  it('gets 503 when it could not be stored, so that Slack comes again', async () => {
    await using open = await openSlack('http', {
      answers: { receive: () => Promise.reject(new Error('the disk is full')) },
    });

    const { status } = await open.workspace.mention('ann', 'vm list');

    assert.equal(status, 503);
  });

  it('answers Slack’s question whether the address is ours, and no other path', async () => {
    await using open = await openSlack('http');
    const url = open.slack.url ?? '';

    const asked = { type: 'url_verification', challenge: 'abc', token: 'x' };
    const { answer } = await open.workspace.deliver('event', asked);
    const elsewhere = await fetch(url.replace('/slack/events', '/'), { method: 'POST' });

    assert.equal(answer?.challenge, 'abc');
    assert.equal(elsewhere.status, 404);
    assert.deepEqual(open.refusals, []);
  });
});
