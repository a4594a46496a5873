import { z } from 'zod';

const Sha256 = z
  .string()
  .transform((text) => text.replaceAll(':', '').toUpperCase())
  .pipe(z.string().regex(/^[0-9A-F]{64}$/, { error: 'must be a SHA-256 thumbprint' }));

/** IANA: 5985 wsman, 5986 wsmans. */
export const DEFAULT_PORTS = { https: 5986, http: 5985 } as const;

const PORTS = 'a port is from 1 to 65535';

/** How one Hyper-V host is reached over WinRM. */
export const WinrmConfig = z
  .strictObject({
    /** The name that stands in the host's certificate and in its service principal. */
    host: z.string().regex(/^[A-Za-z0-9._-]+$/, { error: 'is a name or an IPv4 address' }),
    port: z.int().min(1, PORTS).max(65_535, PORTS).optional(),
    /** `http` means the messages themselves are encrypted: NTLM seals them. */
    protocol: z.enum(['https', 'http']).default('https'),
    authentication: z.enum(['ntlm', 'kerberos', 'basic']).default('ntlm'),
    /** Basic hands the password itself to the host; refused unless switched on. */
    allowBasic: z.boolean().default(false),
    /** DOMAIN\user or user@domain; with Kerberos the ticket cache or keytab says who asks. */
    user: z.string().min(1).optional(),
    /** The secret itself, already resolved. */
    password: z.string().min(1).optional(),
    /** PEM text; only what it vouches for is trusted. */
    ca: z.string().optional(),
    /** SHA-256 of the host's own certificate; nothing else is trusted then. */
    thumbprint: Sha256.optional(),
    /** Until a connection stands, its certificate is verified and the host knows who asks. */
    connectTimeoutMs: z.int().min(100).max(60_000).default(10_000),
    /** How long the host may hold a question open; its own limit is 60 s (MaxTimeoutms). */
    operationSeconds: z.int().min(1).max(60).default(20),
    /** Silence beyond that: pypsrp gives 10 s more than the operation's time, a busy host gets 20. */
    graceMs: z.int().min(100).max(120_000).default(20_000),
    /** How long a run may wait for its turn, or for room on the host. */
    queueTimeoutMs: z.int().min(100).max(3_600_000).default(120_000),
    /** Runs at once. MaxShellsPerUser is 30 by default, and was 5 on Server 2008 R2. */
    concurrency: z.int().min(1).max(5).default(4),
    /** After so long without a question the host ends a shell, and with it what runs there: Drover may have died, and a copy go on. */
    shellIdleSeconds: z.int().min(60).max(7_200).default(1_800),
  })
  .transform((it) => ({ ...it, port: it.port ?? DEFAULT_PORTS[it.protocol] }))
  .superRefine((it, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { authentication, protocol } = it;
    if (it.ca !== undefined && it.thumbprint !== undefined)
      refuse('thumbprint', 'ca and thumbprint exclude each other');
    if (protocol === 'http' && (it.ca ?? it.thumbprint) !== undefined)
      refuse('protocol', 'http has no certificate to trust; leave out ca and thumbprint');
    if (protocol === 'http' && authentication !== 'ntlm')
      refuse('authentication', 'over http only NTLM can encrypt the messages; use https');
    if (authentication === 'basic' && !it.allowBasic)
      refuse('authentication', 'Basic hands over the password itself; allowBasic permits it');
    if (authentication !== 'kerberos' && (it.user === undefined || it.password === undefined))
      refuse('user', `${authentication} needs a user and a password`);
    if (authentication === 'kerberos' && it.password !== undefined)
      refuse('password', 'Kerberos takes its ticket from the cache or a keytab, never a password');
    if (authentication === 'ntlm' && it.user !== undefined && !/[\\@]/.test(it.user))
      refuse('user', 'is DOMAIN\\user or user@domain');
  });
export type WinrmConfig = z.infer<typeof WinrmConfig>;
