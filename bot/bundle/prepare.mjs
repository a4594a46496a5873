// What `npm ci` does last. Without a bundle Drover runs from its sources: more slowly, and in nothing else differently.
import { spawnSync } from 'node:child_process';

// In a process of its own: the bundler may be missing, not run on this Node, or be ended for the memory it takes.
const script = new URL('make-bundle.mjs', import.meta.url).href;
const program = `import { makeBundle } from ${JSON.stringify(script)}; await makeBundle();`;
const { status, signal, stderr } = spawnSync(
  process.execPath,
  ['--input-type=module', '--eval', program],
  { encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'] },
);

if (status !== 0) {
  const [error = `exit code ${status}`] = /^.*error.*$/im.exec(stderr) ?? [];
  const why = signal ? `its making was ended by ${signal}` : error.trim();
  process.stderr.write(`No bundle, so Drover starts from its sources, more slowly: ${why}\n`);
}
