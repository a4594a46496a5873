/** The npm package `emulate` as one Slack workspace, on an ephemeral port of 127.0.0.1. */
import { createEmulator, type Emulator } from 'emulate';

export interface SlackSeed {
  readonly botToken: string;
  readonly scopes: readonly string[];
  readonly people: readonly { readonly name: string; readonly realName: string }[];
  readonly channels: readonly string[];
}

export function toUserToken(name: string): string {
  return `xoxp-${name}`;
}

export function startSlackEmulator(seed: SlackSeed): Promise<Emulator> {
  const { botToken, scopes, people, channels } = seed;
  const app = { app_id: 'A1', client_id: '1.1', client_secret: 'x', name: 'Drover' };
  const bot = { bot_name: 'drover', bot_user_id: 'UDROVER', redirect_uris: ['http://127.0.0.1/'] };
  const tokens = people.map(({ name }) => ({
    token: toUserToken(name),
    type: 'user',
    app_id: 'A1',
    user: name,
    scopes: ['chat:write', 'channels:history', 'groups:history', 'im:history', 'channels:read'],
  }));
  const botUser = { app_id: 'A1', bot_user_id: 'UDROVER', user_id: 'UDROVER', scopes: [...scopes] };
  return createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: 'Ops', domain: 'ops' },
        strict_scopes: true,
        users: people.map(({ name, realName }) => ({ name, real_name: realName })),
        channels: channels.map((name) => ({ name })),
        oauth_apps: [{ ...app, ...bot, scopes: [...scopes] }],
        tokens: [{ token: botToken, type: 'bot', ...botUser }, ...tokens],
      },
    },
  });
}
