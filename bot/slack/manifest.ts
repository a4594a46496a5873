/** The app as Slack creates it from a file: `drover manifest slack`. Data only. */
import { slackWords } from '../words/en/slack-words.ts';
import type { SlackConfig } from './config.ts';
import { slackPath } from './http-door.ts';
import { botScopes } from './scopes.ts';

export interface ManifestOptions extends Pick<SlackConfig, 'mode' | 'command'> {
  /** Where Slack reaches Drover in mode `http`: `https://drover.example.com`. */
  readonly publicUrl?: string | undefined;
}

/** What people say; and that Drover was added to a channel, or that an archived one is back. */
const botEvents = [
  ...['app_mention', 'message.im'],
  ...['member_joined_channel', 'channel_unarchive', 'group_unarchive'],
];

/** @see https://docs.slack.dev/reference/app-manifest */
export function slackManifest({ mode, command, publicUrl }: ManifestOptions) {
  const requestUrl =
    mode === 'http' ? `${publicUrl?.replace(/\/$/, '') ?? ''}${slackPath}` : undefined;
  const url = requestUrl === undefined ? {} : { request_url: requestUrl };
  const optionsUrl = requestUrl === undefined ? {} : { message_menu_options_url: requestUrl };
  return {
    display_information: { name: 'Drover', description: slackWords.about },
    features: {
      app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'Drover', always_online: true },
      slash_commands: [
        {
          command,
          description: slackWords.help,
          usage_hint: slackWords.usageHint,
          // People and channels arrive by their ids, not by names that anybody may carry.
          should_escape: true,
          ...(requestUrl === undefined ? {} : { url: requestUrl }),
        },
      ],
    },
    oauth_config: { scopes: { bot: [...botScopes] } },
    settings: {
      event_subscriptions: { ...url, bot_events: [...botEvents] },
      interactivity: { is_enabled: true, ...url, ...optionsUrl },
      socket_mode_enabled: mode === 'socket',
      org_deploy_enabled: false,
      token_rotation_enabled: false,
    },
  };
}
