import { z } from 'zod';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

function isLoopback(url: string): boolean {
  return loopback.has(new URL(url).hostname);
}

const loopbackUrl = z.url().refine(isLoopback, 'it is on this machine: 127.0.0.1 or localhost');

/** The Bot Connector of the public cloud and of GCC. A leading `*.` stands for any name before it. */
const publicServiceHosts = [
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  '*.botframework.com',
];

/**
 * Teams for one tenant, by the app registration that Drover is.
 *
 * An empty app id would turn the SDK's check of tokens off, so none of the three is ever optional.
 *
 * @see https://learn.microsoft.com/azure/bot-service/bot-service-quickstart-registration
 */
export const TeamsConfig = z
  .strictObject({
    appId: z.string().regex(guid, 'the app id is a GUID'),
    /** The one tenant that Drover serves. */
    tenantId: z.string().regex(guid, 'the tenant id is a GUID'),
    appPassword: z.string().min(1, 'the app needs its client secret'),
    /** `19:…@thread.tacv2`: where is said what reached nobody whom it was meant for. Drover must be in its team. */
    operatorsChannel: z
      .string()
      .regex(/^19:[\w-]+@thread\.(?:tacv2|skype|v2)$/, 'the id of a channel is 19:…@thread.tacv2')
      .optional(),
    /** Where Teams reaches Drover: `https://drover.example.com`. */
    publicUrl: z.url({ protocol: /^https$/, error: 'Teams sends to https addresses only' }),
    /** Below `publicUrl`; the messaging endpoint of the bot registration. */
    path: z
      .string()
      .regex(/^(?:\/[\w.-]+)+$/)
      .default('/api/messages'),
    /** Where those requests arrive, behind a proxy that ends TLS. */
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(7079),
    /** Whom Drover gives its token and its cards. */
    serviceHosts: z
      .array(z.string().regex(/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/))
      .min(1)
      .default(publicServiceHosts),
    /** Another Teams, on this machine, for tests: all three in place of Microsoft's. */
    local: z
      .strictObject({ openIdUrl: loopbackUrl, loginUrl: loopbackUrl, serviceUrl: loopbackUrl })
      .optional(),
  })
  .refine(({ local, host }) => local === undefined || isLoopback(`http://${host}`), {
    path: ['local'],
    error: 'a Teams on this machine is for tests: `host` must be 127.0.0.1 too',
  });
export type TeamsConfig = z.output<typeof TeamsConfig>;

/** Whether a service may be sent Drover's token and cards. */
export function isKnownService(
  { serviceHosts, local }: Pick<TeamsConfig, 'serviceHosts' | 'local'>,
  serviceUrl: string,
): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, hostname, origin, username, port } = new URL(serviceUrl);
  if (local) return origin === new URL(local.serviceUrl).origin && username === '';
  if (protocol !== 'https:' || username !== '' || port !== '') return false;
  return serviceHosts.some((known) =>
    known.startsWith('*.') ? hostname.endsWith(known.slice(1)) : hostname === known,
  );
}
