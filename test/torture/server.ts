/**
 * server.ts --config FILE --data FOLDER [--seam NAME] [--control NAME]: a Drover in a process of its own, to be killed.
 *
 * With neither seam nor control it is `drover start` itself.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openDrover } from '#bot/compose.ts';
import { loadConfig } from '#bot/config.ts';
import type { Parts } from '#bot/drover.ts';
import { createLog } from '#bot/log.ts';
import { CONTROLS } from './arguments.ts';
import { dieAtSeam, tell } from './die-at-seam.ts';
import { switchOff } from './switch-off.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { config: text, data: text, seam: text, control: text } });
const { config = '', data = '', seam } = values;
const control = CONTROLS.find((it) => it === values.control);

// A torture that was killed takes its servers along.
process.stdin.on('end', () => process.exit(1)).resume();
(process.stdin as NodeJS.ReadStream & { unref(): void }).unref();

if (seam || control) await start();
else {
  process.argv.splice(2, Infinity, 'start', '--config', config, '--data', data, '--quiet');
  await import('#bot/main.ts');
}

async function start(): Promise<void> {
  const { promise: ending, resolve: end } = Promise.withResolvers<void>();
  process.on('SIGTERM', () => end());
  const secrets = { env: process.env, readFile: (path: string) => readFileSync(path, 'utf8') };
  const drover = await openDrover({
    loaded: loadConfig({ name: config, text: readFileSync(config, 'utf8') }, secrets),
    dataFolder: data,
    log: createLog('warn'),
    version: 'torture',
    alter,
  });
  tell('Drover runs');
  await ending;
  await drover.close();
}

/** The seams lie outside, so that they see what is written in truth. */
function alter(parts: Parts): Parts {
  const weakened = control ? switchOff(parts, control) : parts;
  return seam ? dieAtSeam(weakened, seam) : weakened;
}
