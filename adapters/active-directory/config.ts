import { z } from 'zod';

/** Where a domain controller speaks LDAPS. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const LDAPS_PORT = 636;
const PLAIN_PORTS = new Set([389, 3268]);

const Server = z
  .string()
  .regex(/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i, {
    error: 'is host or host:port, without ldap:// or ldaps://; only LDAPS is spoken',
  })
  .transform(toAddress)
  .refine(({ port }) => port > 0 && port < 65_536, { error: 'has no such port' })
  .refine(({ port }) => !PLAIN_PORTS.has(port), {
    error: 'names the port of LDAP in clear; LDAPS is on 636',
  });

/** One Active Directory domain, by LDAPS with a pinned authority. */
export const ActiveDirectoryConfig = z.strictObject({
  /** Its domain controllers, in the order in which they are asked. */
  servers: z.array(Server).min(1).max(16),
  /** The domain: `DC=corp,DC=example,DC=com`. */
  baseDn: z
    .string()
    .regex(/^DC=[^,=\s]+(?:,DC=[^,=\s]+)*$/i, { error: 'is the domain, as DC=corp,DC=example' }),
  /**
   * The account that Drover reads with, as user@domain, DOMAIN\user or its distinguished name. A bare name does not
   * log in, and some of them (PLAIN, EXTERNAL) would be taken for a SASL mechanism.
   */
  user: z.string().regex(/[@\\=]/, { error: 'is user@domain, DOMAIN\\user or its DN' }),
  /** The secret itself, already resolved. Empty would log in as nobody, with success. */
  password: z.string().refine((it) => isUsablePassword(it), { error: 'must not be empty' }),
  /** A PEM file; only what it vouches for is trusted. */
  caFile: z.string().min(1),
  /** The name in the certificates, where `servers` are addresses. */
  servername: z.string().min(1).optional(),
  /** Until a connection stands and is logged in. */
  connectTimeoutMs: z.int().min(100).max(30_000).default(2_000),
  /** Until one question is answered. */
  answerTimeoutMs: z.int().min(100).max(30_000).default(3_000),
  /** For one read or sign-in, over all servers. */
  giveUpAfterMs: z.int().min(200).max(120_000).default(8_000),
  /** For a list of members, which is many reads. */
  listTimeoutMs: z.int().min(1_000).max(300_000).default(30_000),
  /** How long a server that failed is passed over while another answers. */
  leaveOutMs: z.int().min(100).max(600_000).default(10_000),
});
export type ActiveDirectoryConfig = z.infer<typeof ActiveDirectoryConfig>;

/**
 * Whether a password may be sent at all. Active Directory takes an empty one as "nobody" and answers with success
 * (RFC 4513 5.1.2); what is only blank or holds a NUL may be cut down to that on the way.
 */
export function isUsablePassword(password: string): boolean {
  return password.trim() !== '' && !password.includes('\0') && password.length <= LONGEST_PASSWORD;
}

/** Windows takes 256 characters; far above it is no password but an attack. */
const LONGEST_PASSWORD = 1_024;

export function toServerName({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function toAddress(text: string): ServerAddress {
  const [, host = '', port] = /^(\[.*\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? LDAPS_PORT : Number(port),
  };
}
