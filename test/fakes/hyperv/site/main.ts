/**
 * node main.ts JSON: a FAKE site in a process of its own (test/helpers/peers/hyperv.ts). It ends with its standard input.
 *
 * Prints one line, `READY` and JSON, once everything listens.
 */
import { once } from 'node:events';
import { z } from 'zod';
import { startSite } from '../site.ts';
import { startControl } from './control.ts';
import { ESTATES } from './estates.ts';

const Options = z.strictObject({
  estate: z.enum(['small', 'single']),
  vms: z.int().optional(),
  port: z.int().optional(),
  authority: z.strictObject({ key: z.string(), cert: z.string() }).optional(),
  timeFactor: z.number().optional(),
  takesMs: z.record(z.string(), z.number()).optional(),
  createTakesMs: z.number().optional(),
  endsRunsWithShell: z.boolean().optional(),
  requiresBinding: z.boolean().optional(),
  protocol: z.enum(['https', 'http']).optional(),
});
export type SiteMainOptions = z.input<typeof Options>;

if (import.meta.main) {
  const {
    estate,
    vms = 0,
    requiresBinding,
    protocol,
    ...more
  } = Options.parse(JSON.parse(process.argv[2] ?? ''));
  await using site = await startSite({
    build: (world) => ESTATES[estate](world, { vms }),
    server: { ...(requiresBinding && { requiresBinding }), ...(protocol && { protocol }) },
    ...more,
  });
  await using control = await startControl(site);
  const hosts = site.hosts.map(({ name, address, port, url }) => ({ name, address, port, url }));
  const { authority, user, password } = site;
  console.log(
    `READY ${JSON.stringify({ hosts, authority, user, password, control: control.port })}`,
  );
  process.stdin.resume();
  const told = ['SIGTERM', 'SIGINT'].map((signal) => once(process, signal));
  await Promise.race([once(process.stdin, 'end'), ...told]);
  process.stdin.destroy();
}
