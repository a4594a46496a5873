/** Where Drover keeps what it owns. */
import { z } from 'zod';

export const DatabaseConfig = z.strictObject({
  /**
   * `sqlite:<file>`, or `sqlite:<folder>/` for `drover.db` in it: one process on a local disk.
   * `postgresql://user:password@host:port/database`: one or several processes.
   */
  url: z
    .string()
    .regex(/^(sqlite:.|postgresql:\/\/)/, 'starts with sqlite: or postgresql://')
    .default('sqlite:data/'),
  /** PostgreSQL alone. */
  connections: z.int().min(2).max(100).default(10),
});
export type DatabaseConfig = z.infer<typeof DatabaseConfig>;
