/** `npm run bench -- <name>`: one benchmark, its figures, and one JSON line `{bench, ours, peer, ratio, goal, ok}` at the end. */
import type { BenchResult } from './bench-result.ts';

const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<BenchResult> }>>> = {
  'vsphere-inventory': () => import('./vsphere-inventory.ts'),
  'vsphere-updates': () => import('./vsphere-updates.ts'),
  'hyperv-inventory': () => import('./hyperv-inventory.ts'),
  ack: () => import('./ack.ts'),
  jobs: () => import('./jobs.ts'),
  rights: () => import('./rights.ts'),
  evacuation: () => import('./evacuation.ts'),
  placement: () => import('./placement.ts'),
};

process.exitCode = await run(process.argv.slice(2));

async function run([name = '', ...rest]: readonly string[]): Promise<number> {
  const load = BENCHES[name];
  if (!load || rest.length > 0) {
    process.stderr.write(`usage: npm run bench -- <${Object.keys(BENCHES).join('|')}>\n`);
    return 2;
  }
  const result = await (await load()).run();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}
