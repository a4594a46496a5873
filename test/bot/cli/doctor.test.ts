/** `drover doctor` and `drover manifest`, as an operator runs them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { examineHouse } from '#bot/cli/doctor.ts';
import { loadConfig } from '#bot/config.ts';
import {
  addGroup,
  group,
  readSid,
  remove,
} from '#test/adapters/active-directory/domain-changes.ts';
import { hire, startCompanyPeers, toDirectoryConfig } from '#test/helpers/chat-company.ts';
import { labConfig, openTestApp } from '#test/helpers/open-test-app.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startDomain } from '#test/helpers/peers/samba.ts';
import { openTestSlack } from '#test/helpers/peers/slack.ts';
import { appPassword, openTestTeams } from '#test/helpers/peers/teams.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { baseDn, serviceAccount } from '#test/peers/samba/domain.ts';
import { runDrover } from './run-drover.ts';

function reference(name: string): string {
  return `\${env:${name}}`;
}

describe('drover doctor', needsPeer('samba'), () => {
  it('says of each server, group and chat whether it is as it should be', async () => {
    using folder = createTemporaryFolder('doctor');
    await using peers = await startCompanyPeers('socket');
    const file = join(folder.path, 'drover.yaml');
    writeFileSync(file, `${labConfig()}\n${peers.config}`);

    const well = await runDrover(['doctor', '--config', file], peers.env);

    assert.match(
      well.output,
      /✓ 127[\d.]+:636: lets Drover’s account in; certificate until \d{4}-\d\d-\d\d; groups can be read/,
    );
    assert.match(well.output, /✓ group ops-leads is there \(S-1-5-21-[\d-]+\)/);
    assert.match(well.output, /✓ group ops-leads .*; not pinned yet: the next start does it/);
    assert.match(well.output, /✓ Slack: the token is good/);
    assert.match(well.output, /✓ Slack: the app token is good, and Socket Mode is on/);
    assert.match(well.output, /All is as it should be/);
    assert.equal(well.code, 0);

    const [controller] = peers.domain.controllers;
    writeFileSync(
      file,
      `${labConfig((text) => text.replaceAll('ops-leads', 'no-such-group'))}\n${peers.config}`,
    );
    const without = await runDrover(['doctor', '--config', file], peers.env);
    assert.match(without.output, /✗ group no-such-group is not in the directory/);
    assert.equal(without.code, 1);

    const wrong = await runDrover(['doctor', '--config', file], {
      ...peers.env,
      AD_PASSWORD: 'not it',
    });
    assert.match(wrong.output, /✗ .*refuses Drover’s account/);
    assert.doesNotMatch(wrong.output, /not it/);
    await controller?.stop();
    const down = await runDrover(['doctor', '--config', file], peers.env);
    assert.match(down.output, /✗ 127[\d.]+:636: does not answer as it should/);
    assert.match(down.output, /was not looked for/);
  });
});

describe('drover doctor on groups', needsPeer('samba'), () => {
  it('H28 says what each is pinned to, and names both where name and SID have parted', async () => {
    using folder = createTemporaryFolder('doctor');
    await using domain = await startDomain();
    await hire(domain);
    const file = join(folder.path, 'drover.yaml');
    const config = `${labConfig()}\n${toDirectoryConfig(domain)}`;
    writeFileSync(file, config);
    const env = { AD_PASSWORD: serviceAccount.password };
    const dataFolder = join(folder.path, 'data');
    await (await openTestApp({ config, env, dataFolder }))[Symbol.asyncDispose]();
    const ask = (more: Readonly<Record<string, string>> = {}) =>
      runDrover(['doctor', '--config', file, '--data', dataFolder], { ...env, ...more });

    const before = await ask();
    const sid = await readSid(domain, 'ops-leads');
    await remove(domain, group('ops-leads'));
    const gone = await ask();
    await addGroup(domain, 'ops-leads', []);
    const parted = await ask();

    assert.match(
      before.output,
      /✓ group ops-leads is there \(S-1-[\d-]+\); pinned since \d{4}-\d\d-\d\d/,
    );
    assert.equal(before.code, 0);
    const was = `✗ The group ops-leads was ${sid} when its name was first read; `;
    assert.ok(gone.output.includes(`${was}no group has that name now.`), gone.output);
    const now = await readSid(domain, 'ops-leads');
    assert.ok(parted.output.includes(`${was}the name is that of ${now} now.`), parted.output);
    assert.match(
      parted.output,
      /roles\.operators\.members and policies\.create-outside-test\.decide\.from and .* give nothing by it\. An administrator writes/,
    );
    assert.equal(parted.code, 1);
  });

  it('tells a wrong baseDn by its name, with the domain to write', async () => {
    using folder = createTemporaryFolder('doctor');
    await using domain = await startDomain();
    const file = join(folder.path, 'drover.yaml');
    const directory = toDirectoryConfig(domain).replace(baseDn, 'DC=other,DC=test');
    writeFileSync(file, `${labConfig()}\n${directory}`);
    const env = { AD_PASSWORD: serviceAccount.password };

    const asked = await runDrover(['doctor', '--config', file], env);
    const started = await runDrover(
      ['start', '--config', file, '--data', join(folder.path, 'd')],
      env,
    );

    assert.ok(asked.output.includes(`write baseDn: ${baseDn}, or name servers`), asked.output);
    assert.match(asked.output, /✗ group web-team was not looked for: under directory\.baseDn/);
    assert.match(
      started.output,
      /servers have nothing under DC=other,DC=test, .*Set directory\.baseDn to their domain; drover doctor shows it/,
    );
    for (const { output } of [asked, started]) assert.doesNotMatch(output, /acl_read|result 32/);
    assert.deepEqual([asked.code, started.code], [1, 2]);
  });
});

describe('drover doctor on chats', () => {
  /** In this process; the directory is not looked at. */
  const askOf = async (chats: object, env: Readonly<Record<string, string>>) => {
    const directory = {
      ...{ servers: ['dc.corp.test'], baseDn: 'DC=corp,DC=test', user: 'svc@corp.test' },
      ...{ password: reference('AD_PASSWORD'), caFile: 'ca.pem' },
    };
    const sections = Object.entries({ directory, ...chats });
    const lines = sections.map(([name, section]) => `${name}: ${JSON.stringify(section)}`);
    const file = { name: 'drover.yaml', text: [labConfig(), ...lines].join('\n') };
    const secrets = { env: { ...env, AD_PASSWORD: 'x9-secret' }, readFile: () => '' };
    const { config } = loadConfig(file, secrets);
    const stdout = new PassThrough({ encoding: 'utf8' });
    await examineHouse({
      config,
      examineDirectory: undefined,
      examineHyperv: undefined,
      machineReaders: [],
      readPins: async () => [],
      stdout,
    });
    const output = String(stdout.read());
    for (const secret of Object.values(secrets.env))
      assert.ok(!output.includes(secret), `${secret} is shown`);
    return output;
  };

  it('tries both of Slack’s tokens, and looks at the signing secret', async () => {
    await using slack = await openTestSlack('socket');
    const { teamId, front } = slack;
    const common = { teamId, apiUrl: front.apiUrl, botToken: reference('SLACK_BOT_TOKEN') };
    const socket = { ...common, mode: 'socket', appToken: reference('SLACK_APP_TOKEN') };
    const http = { ...common, mode: 'http', signingSecret: reference('SLACK_SIGNING_SECRET') };
    const bot = { SLACK_BOT_TOKEN: 'xoxb-drover' };

    // The workspace takes any bot token; Slack's own word is said in its place.
    const fault = { kind: 'answer_error', error: 'invalid_auth' } as const;
    front.faults.add({ method: 'auth.test', fault });
    const wrong = await askOf(
      { slack: socket },
      { SLACK_BOT_TOKEN: 'xoxb-not-it', SLACK_APP_TOKEN: 'xapp-not-it' },
    );
    const good = await askOf({ slack: socket }, { ...bot, SLACK_APP_TOKEN: 'xapp-drover' });
    const odd = await askOf(
      { slack: http },
      { ...bot, SLACK_SIGNING_SECRET: 'xapp-is-no-secret-x' },
    );
    const fine = await askOf(
      { slack: http },
      { ...bot, SLACK_SIGNING_SECRET: '0123456789abcdef'.repeat(2) },
    );
    const elsewhere = await askOf(
      { slack: { ...socket, teamId: 'TOTHER' } },
      { ...bot, SLACK_APP_TOKEN: 'xapp-drover' },
    );

    assert.match(wrong, /✗ Slack, bot token: .*invalid_auth.*Copy the bot token .* anew/);
    assert.match(wrong, /✗ Slack, app token: .*invalid_auth.*connections:write/);
    assert.match(good, /✓ Slack: the token is good/);
    assert.match(good, /✓ Slack: the app token is good/);
    assert.ok(!good.includes('ticket='));
    assert.match(odd, /✗ Slack: the signing secret has not the form of one/);
    assert.match(fine, /✓ Slack: the signing secret has the form of one/);
    assert.match(
      elsewhere,
      /✗ Slack, bot token: .*the token is for workspace .*compare slack\.teamId/,
    );
    assert.equal(front.sockets.count(), 0);
  });

  it('gets a token for the app of Teams, and names the endpoint and hosts that are too open', async () => {
    await using teams = await openTestTeams();
    const { serviceHosts: _default, ...config } = teams.config();
    const given = { ...config, appPassword: reference('TEAMS_APP_PASSWORD') };
    const env = { TEAMS_APP_PASSWORD: appPassword };
    const away = { openIdUrl: 'http://127.0.0.1:1/', loginUrl: 'http://127.0.0.1:1/' };

    const good = await askOf({ teams: given }, env);
    const wrong = await askOf({ teams: given }, { TEAMS_APP_PASSWORD: 'not-the-secret' });
    const open = await askOf({ teams: { ...given, serviceHosts: ['*.trafficmanager.net'] } }, env);
    const down = await askOf({ teams: { ...given, local: { ...config.local, ...away } } }, env);

    assert.match(good, /✓ Teams: the app’s id and secret are good/);
    assert.match(good, /✓ Teams: the bot registration has to name .*https:\/\/.*\/api\/messages/);
    assert.match(wrong, /✗ Teams, sign-in of the app: .*make a new one .*teams\.tenantId/);
    assert.match(open, /✗ Teams: by \*\.trafficmanager\.net in teams\.serviceHosts everybody/);
    assert.match(
      down,
      /✗ Teams, sign-in of the app: Teams is not reachable.*login\.microsoftonline\.com/,
    );
  });
});

describe('drover manifest', () => {
  it('prints the app as Slack creates it, and refuses half an answer', async () => {
    const socket = await runDrover(['manifest', 'slack']);
    const http = await runDrover([
      'manifest',
      'slack',
      '--mode',
      'http',
      '--url=https://drover.example.com',
    ]);
    const half = await runDrover(['manifest', 'slack', '--mode', 'http']);
    const other = await runDrover(['manifest', 'irc']);

    using folder = createTemporaryFolder('manifest');
    const out = join(folder.path, 'drover.zip');
    const appId = 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa';
    const url = 'https://drover.example.com';
    const teams = await runDrover([
      'manifest',
      'teams',
      '--app-id',
      appId,
      '--url',
      url,
      '--out',
      out,
    ]);
    const without = await runDrover(['manifest', 'teams', '--url', url, '--out', out]);
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
