import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SlackConfig } from '#bot/slack/config.ts';
import { slackManifest } from '#bot/slack/manifest.ts';
import { botScopes, findMissingScopes } from '#bot/slack/scopes.ts';

const common = { botToken: 'xoxb-1', teamId: 'T0OPS' };
const socket = { ...common, mode: 'socket', appToken: 'xapp-1' };
const http = { ...common, mode: 'http', signingSecret: 'x'.repeat(32) };
const isGood = (config: object) => SlackConfig.safeParse(config).success;

describe('the configuration of Slack', () => {
  it('is complete in one of the two modes', () => {
    assert.ok(isGood(socket));
    assert.ok(isGood(http));
  });

  it('lesson S18: refuses an empty or missing secret, and one of the other mode', () => {
    assert.ok(!isGood({ ...http, signingSecret: '' }));
    assert.ok(!isGood({ ...http, signingSecret: undefined }));
    assert.ok(!isGood({ ...socket, appToken: '' }));
    assert.ok(!isGood({ ...socket, signingSecret: 'x'.repeat(32) }));
    assert.ok(!isGood({ ...socket, botToken: 'xoxp-1' }));
    assert.ok(!isGood({ ...socket, teamId: '' }));
    assert.ok(!isGood({ ...common }));
  });

  it('lesson S17: talks in the clear to this machine alone', () => {
    const isGoodUrl = (apiUrl: string) => isGood({ ...socket, apiUrl });

    assert.ok(isGoodUrl('https://slack-gov.com/api/'));
    assert.ok(isGoodUrl('http://127.0.0.1:4104/api/'));
    assert.ok(!isGoodUrl('http://slack.com/api/'));
    assert.ok(!isGoodUrl('http://127.0.0.1.evil.example/api/'));
    assert.ok(!isGoodUrl('https://slack.com/api'));
  });
});

describe('the manifest', () => {
  it('asks for what is used, and says where Slack sends in mode http', () => {
    const manifest = slackManifest({
      mode: 'http',
      command: '/drover',
      publicUrl: 'https://d.example/',
    });
    const { settings, features, oauth_config: oauth } = manifest;

    assert.equal(settings.event_subscriptions.request_url, 'https://d.example/slack/events');
    assert.equal(settings.interactivity.message_menu_options_url, 'https://d.example/slack/events');
    assert.equal(features.slash_commands[0]?.url, 'https://d.example/slack/events');
    assert.equal(settings.socket_mode_enabled, false);
    assert.deepEqual(oauth.scopes.bot, [...botScopes]);
  });

  it('names no address in mode socket, and keeps interactivity on', () => {
    const manifest = slackManifest({ mode: 'socket', command: '/drover' });

    assert.doesNotMatch(JSON.stringify(manifest), /url/);
    assert.equal(manifest.settings.interactivity.is_enabled, true);
    assert.equal(manifest.features.slash_commands[0]?.should_escape, true);
  });

  it('H12 B16 tells which scopes are missing', () => {
    assert.deepEqual(findMissingScopes(botScopes.filter((one) => one !== 'im:history')), [
      'im:history',
    ]);
  });
});
