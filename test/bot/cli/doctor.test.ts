/** `drover doctor` and `drover manifest`, as an operator runs them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { startCompanyPeers, toTeamsConfig } from '#test/helpers/chat-company.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { eventually } from '#test/helpers/peers/slack.ts';
import { openTestTeams } from '#test/helpers/peers/teams.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const START = fileURLToPath(new URL('../../../bot/start.mjs', import.meta.url));

/** Not at once: the peers answer from this process. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [START, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise<{ code: number; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

describe('drover doctor', needsPeer('samba'), () => {
  it('says of each server, group and chat whether it is as it should be', async () => {
    using folder = createTemporaryFolder('doctor');
    await using peers = await startCompanyPeers('socket');
    const file = join(folder.path, 'drover.yaml');
    writeFileSync(file, `${labConfig()}\n${peers.config}`);

    const well = await run(['doctor', '--config', file], peers.env);

    assert.match(
      well.output,
      /✓ 127[\d.]+:636: lets Drover’s account in; certificate until \d{4}-\d\d-\d\d; groups can be read/,
    );
    assert.match(well.output, /✓ group ops-leads is there \(S-1-5-21-[\d-]+\)/);
    assert.match(well.output, /✓ Slack: the token is good/);
    assert.match(well.output, /All is as it should be/);
    assert.equal(well.code, 0);

    await using teams = await openTestTeams();
    writeFileSync(file, `${labConfig()}\n${peers.config}${toTeamsConfig(teams, 7079)}`);
    const both = await run(['doctor', '--config', file], peers.env);
    assert.match(both.output, /✓ Teams: the app signs in/);
    assert.equal(both.code, 0);
    const expired = { ...peers.env, TEAMS_APP_PASSWORD: 'long expired' };
    const refused = await run(['doctor', '--config', file], expired);
    assert.match(refused.output, /✗ Teams: Teams refused the login of Drover's account/);
    assert.doesNotMatch(refused.output, /long expired/);
    assert.equal(refused.code, 1);

    const [controller] = peers.domain.controllers;
    writeFileSync(
      file,
      `${labConfig((text) => text.replaceAll('ops-leads', 'no-such-group'))}\n${peers.config}`,
    );
    const without = await run(['doctor', '--config', file], peers.env);
    assert.match(without.output, /✗ group no-such-group is not in the directory/);
    assert.equal(without.code, 1);

    const wrong = await run(['doctor', '--config', file], { ...peers.env, AD_PASSWORD: 'not it' });
    assert.match(wrong.output, /✗ .*refuses Drover’s account/);
    assert.doesNotMatch(wrong.output, /not it/);
    await controller?.stop();
    const down = await run(['doctor', '--config', file], peers.env);
    assert.match(down.output, /✗ 127[\d.]+:636: does not answer as it should/);
    assert.match(down.output, /was not looked for/);
  });
});

describe('a right that the app was not given', needsPeer('samba'), () => {
  it('H12 B16 is named by doctor and at the start, and all else goes on', async () => {
    using folder = createTemporaryFolder('scopes');
    await using peers = await startCompanyPeers('socket');
    const { slack, env } = peers;
    const file = join(folder.path, 'drover.yaml');
    writeFileSync(file, `${labConfig()}\n${peers.config}`);
    slack.front.scopes.delete('groups:history');

    const { output, code } = await run(['doctor', '--config', file], env);

    assert.match(output, /✗ Slack: the token is good; it lacks groups:history\. Add the scopes/);
    assert.equal(code, 1);
    const where = ['--config', file, '--data', join(folder.path, 'data'), '--port', '0'];
    await using server = await startOwnProcess({
      ...{ command: process.execPath, args: [START, 'start', ...where], env },
      ready: /"scope":"groups:history".*Slack did not give this scope/,
    });
    assert.ok(server.pid > 0);
    await eventually('an open connection', async () => {
      const { acked } = await slack.say('ann', 'vm list');
      return acked;
    });
    const direct = await slack.directChannel('ann');
    await eventually('an answer', async () =>
      (await slack.read(direct)).some(({ text }) => /does not know yet who you are/.test(text)),
    );
  });
});

describe('drover manifest', () => {
  it('prints the app as Slack creates it, and refuses half an answer', async () => {
    const socket = await run(['manifest', 'slack']);
    const http = await run([
      'manifest',
      'slack',
      '--mode',
      'http',
      '--url=https://drover.example.com',
    ]);
    const half = await run(['manifest', 'slack', '--mode', 'http']);
    const other = await run(['manifest', 'irc']);

    using folder = createTemporaryFolder('manifest');
    const out = join(folder.path, 'drover.zip');
    const appId = 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa';
    const url = 'https://drover.example.com';
    const teams = await run(['manifest', 'teams', '--app-id', appId, '--url', url, '--out', out]);
    const without = await run(['manifest', 'teams', '--url', url, '--out', out]);
    const files = unzipSync(readFileSync(out));
    assert.equal(teams.code, 0);
    assert.equal(JSON.parse(Buffer.from(files['manifest.json'] ?? '').toString()).id, appId);
    assert.match(without.output, /add --app-id ID/);

    assert.equal(JSON.parse(socket.output).settings.socket_mode_enabled, true);
    const { settings } = JSON.parse(http.output);
    assert.equal(settings.interactivity.request_url, 'https://drover.example.com/slack/events');
    assert.deepEqual([half.code, other.code], [2, 2]);
    assert.match(half.output, /add --url https:/);
    assert.match(other.output, /drover manifest is for slack and teams; irc is neither/);
  });
});
