/**
 * The app as Teams takes it in: `drover manifest teams`. Data only.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema
 */
import { teamsWords } from '../words/en/teams-words.ts';
import type { TeamsConfig } from './config.ts';

export type ManifestOptions = Pick<TeamsConfig, 'appId' | 'publicUrl'> & {
  /** Of Drover: `1.4.0`. A tenant takes an app again only under a higher one. */
  readonly version: string;
};

/** The oldest schema with all that is used. */
const manifestVersion = '1.16';

export const iconFiles = { color: 'color.png', outline: 'outline.png' } as const;
export const accentColor = '#2F5DA8';

export function teamsManifest({ appId, publicUrl, version }: ManifestOptions) {
  const { protocol, host, hostname } = new URL(publicUrl);
  const site = `${protocol}//${host}`;
  const scopes = ['personal', 'team', 'groupChat'] as const;
  const commands = Object.entries(teamsWords.commands).map(([title, description]) => ({
    title,
    description,
  }));
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`,
    manifestVersion,
    version: /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? '1.0.0',
    id: appId,
    developer: {
      name: 'Drover',
      websiteUrl: site,
      privacyUrl: `${site}/privacy`,
      termsOfUseUrl: `${site}/terms`,
    },
    icons: iconFiles,
    name: { short: 'Drover', full: 'Drover' },
    description: { short: teamsWords.about, full: teamsWords.aboutLong },
    accentColor,
    bots: [
      {
        botId: appId,
        scopes: [...scopes],
        supportsFiles: false,
        isNotificationOnly: false,
        commandLists: [{ scopes: [...scopes], commands }],
      },
    ],
    // Drover reads who is a member of a conversation, and no messages but those that name it.
    permissions: ['identity', 'messageTeamMembers'],
    validDomains: [hostname],
  };
}

/** What the bot registration names as its messaging endpoint. */
export function toMessagingEndpoint({ publicUrl, path }: Pick<TeamsConfig, 'publicUrl' | 'path'>) {
  return `${publicUrl.replace(/\/$/, '')}${path}`;
}
