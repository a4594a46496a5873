import { z } from 'zod';

const SdkUrl = z
  .url({ protocol: /^https$/, error: 'must be an https address, as https://vcenter.example.com' })
  .transform((text) => new URL(text))
  .refine((url) => ['', '/', '/sdk', '/sdk/'].includes(url.pathname), {
    error: 'has no path but /sdk',
  })
  .refine((url) => url.username === '' && url.password === '' && url.search === '', {
    error: 'carries neither user, password nor query',
  })
  .transform((url) => `${url.origin}/sdk`);

const Sha256 = z
  .string()
  .transform((text) => text.replaceAll(':', '').toUpperCase())
  .pipe(z.string().regex(/^[0-9A-F]{64}$/, { error: 'must be a SHA-256 thumbprint' }));

/** One vCenter. Its certificate is always verified: by the system's authorities, an own one, or a pinned thumbprint. */
export const VcenterConfig = z
  .strictObject({
    id: z.string().min(1),
    kind: z.literal('vcenter'),
    url: SdkUrl,
    user: z.string().min(1),
    /** The secret itself, already resolved. */
    password: z.string().min(1),
    /** A PEM file; only what it vouches for is trusted. */
    caFile: z.string().min(1).optional(),
    /** SHA-256 of the server's own certificate; nothing else is trusted then. */
    thumbprint: Sha256.optional(),
    /** Objects a page of the inventory. */
    pageSize: z.int().min(10).max(500).default(500),
    connectTimeoutMs: z.int().min(500).max(60_000).default(10_000),
    /** How long a call may stay without any byte of an answer. */
    answerTimeoutMs: z.int().min(500).max(600_000).default(60_000),
    /** How long one wait for changes stays open on the server. */
    waitSeconds: z.int().min(1).max(300).default(30),
    maxConnections: z.int().min(2).max(32).default(8),
  })
  .refine(({ caFile, thumbprint }) => caFile === undefined || thumbprint === undefined, {
    error: 'caFile and thumbprint exclude each other',
    path: ['thumbprint'],
    // Told together with what else is wrong with the connection.
    when: ({ value }) => typeof value === 'object' && value !== null,
  });
export type VcenterConfig = z.infer<typeof VcenterConfig>;
