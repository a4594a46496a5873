/** Reads the command line and starts what it asks for. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '#core/errors.ts';
import { verifyAudit } from './cli/audit-verify.ts';
import { runChat } from './cli/chat.ts';
import { type CommandLine, readCommandLine, USAGE } from './cli/command-line.ts';
import { openAudit, openDrover } from './compose.ts';
import { ConfigRefused } from './config/config-fault.ts';
import { type LoadedConfig, loadConfig } from './config.ts';
import { createLog } from './log.ts';
import { ERROR_WORDS } from './words/en/error-words.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** What a supervisor grants after SIGTERM. */
const END_WITHIN_MS = 10_000;

const { version } = JSON.parse(readFileSync(join(HERE, '..', 'package.json'), 'utf8')) as {
  version: string;
};

process.exitCode = await run(readCommandLine(process.argv.slice(2))).catch(tell);

async function run(line: CommandLine): Promise<number> {
  switch (line.command) {
    case 'usage':
      process[line.fault ? 'stderr' : 'stdout'].write(
        `${line.fault ? `${line.fault}\n\n` : ''}${USAGE}\n`,
      );
      return line.fault ? 2 : 0;
    case 'version':
      process.stdout.write(`drover ${version}\n`);
      return 0;
    case 'start':
      return start(line);
    case 'audit-verify':
      return verifyAudit({ ...openAudit(load(line), line.dataFolder), stdout: process.stdout });
    case 'chat':
      return runChat({
        ...{ dataFolder: line.dataFolder, as: line.as },
        ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
        ...(line.texts.length > 0 ? { commands: line.texts } : {}),
      });
  }
}

function load({ configFile }: { configFile?: string | undefined }): LoadedConfig {
  const file = configFile ?? (exists('drover.yaml') ? 'drover.yaml' : join(HERE, 'lab.yaml'));
  const secrets = { env: process.env, readFile: (path: string) => readFileSync(path, 'utf8') };
  return loadConfig({ name: file, text: readFileSync(file, 'utf8') }, secrets);
}

function exists(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

async function start(line: Extract<CommandLine, { command: 'start' }>): Promise<number> {
  const loaded = load(line);
  const log = createLog(line.isQuiet ? 'warn' : loaded.config.log.level);
  const { promise: ending, resolve: end } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end());
  const drover = await openDrover({
    loaded,
    dataFolder: resolve(line.dataFolder),
    log,
    version,
    port: line.port,
  });
  process.stdout.write(`Drover runs: ${drover.url}\n`);
  await ending;
  // What cannot be ended in time is left as a crash would leave it: the next start carries on.
  const timer = setTimeout(() => process.exit(1), END_WITHIN_MS - 500).unref();
  await drover.close();
  clearTimeout(timer);
  return 0;
}

function tell(error: unknown): number {
  if (error instanceof ConfigRefused) process.stderr.write(`${error.message}\n`);
  else if (error instanceof OperationError)
    process.stderr.write(`${ERROR_WORDS[error.code](error.facts)}\n`);
  else
    process.stderr.write(
      `Drover could not do that: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  return 2;
}
