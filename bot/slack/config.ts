import { z } from 'zod';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

function isSafeApi(url: string): boolean {
  const { protocol, hostname, pathname } = new URL(url);
  return pathname.endsWith('/api/') && (protocol === 'https:' || loopback.has(hostname));
}

export const SlashCommand = z.string().regex(/^\/[a-z0-9_-]{1,31}$/);

const common = {
  /** `xoxb-…` */
  botToken: z.string().regex(/^xoxb-./, 'a bot token begins with xoxb-'),
  /** `T…`: the one workspace that Drover serves. */
  teamId: z.string().regex(/^T[A-Z0-9]{2,}$/, 'the id of a workspace begins with T'),
  /** What people type before a command. */
  command: SlashCommand.default('/drover'),
  /** `C…`: where is said what reached nobody whom it was meant for. */
  operatorsChannel: z
    .string()
    .regex(
      /^[CG][A-Z0-9]{2,}$/,
      'the id of a channel begins with C, and stands at the end of its link',
    )
    .optional(),
  /** Another Slack: GovSlack's, or one on this machine for tests. */
  apiUrl: z
    .url()
    .refine(isSafeApi, 'it ends in /api/, and is https unless it is on this machine')
    .default('https://slack.com/api/'),
};

/**
 * Slack by a connection that Drover opens (`socket`), or by requests that Slack sends (`http`).
 *
 * Each mode has the one secret that it needs and no other: a mode that is half configured refuses to start.
 */
export const SlackConfig = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('socket'),
    ...common,
    /** `xapp-…` */
    appToken: z.string().regex(/^xapp-./, 'an app token begins with xapp-'),
    /** Of at most 10 that Slack allows an app. Two, so that one is there while the other is renewed. */
    connections: z.int().min(1).max(10).default(2),
  }),
  z.strictObject({
    mode: z.literal('http'),
    ...common,
    signingSecret: z.string().min(16, 'a signing secret has 32 letters'),
    /** Where Slack's requests arrive, behind a proxy that ends TLS. */
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(7078),
  }),
]);
export type SlackConfig = z.output<typeof SlackConfig>;
