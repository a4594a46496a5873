/** Reads the command line and starts what it asks for. */
import { readFileSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '#core/errors.ts';
import { type CommandLine, readCommandLine, USAGE } from './cli/command-line.ts';
import { ConfigRefused } from './config/config-fault.ts';
import type { LoadedConfig } from './config.ts';
import { ERROR_WORDS } from './words/en/error-words.ts';
import { toNamedFileWords, toOtherPortWords, toSystemWords } from './words/en/system-words.ts';

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
      return verify(line);
    case 'chat':
      return chat(line);
    case 'doctor':
      return doctor(line);
    case 'manifest':
      return manifest(line);
  }
}

// Each command loads what it needs and no more: a chat need not wait for a database.
type Line<Command extends CommandLine['command']> = Extract<CommandLine, { command: Command }>;

async function verify(line: Line<'audit-verify'>): Promise<number> {
  const { verifyAudit } = await import('./cli/audit-verify.ts');
  const { openAudit } = await import('./compose.ts');
  return verifyAudit({
    ...openAudit(await load(line, false), line.dataFolder),
    stdout: process.stdout,
  });
}

async function doctor(line: Line<'doctor'>): Promise<number> {
  const { examineHouse } = await import('./cli/doctor.ts');
  const { openRecordFolder } = await import('./cli/record-folder.ts');
  const loaded = await load(line, true);
  const { openDirectoryExaminer, openPinReader } = await import('./compose.ts');
  const { openHypervExaminer, openMachineReaders } = await import('./compose-connections.ts');
  const record = line.recordFolder === undefined ? undefined : openRecordFolder(line.recordFolder);
  if (record && 'fault' in record) {
    process.stderr.write(`${record.fault}\n`);
    return 2;
  }
  return examineHouse({
    ...{ config: loaded.config, stdout: process.stdout, record },
    examineDirectory: await openDirectoryExaminer(loaded),
    examineHyperv: await openHypervExaminer(loaded),
    machineReaders: await openMachineReaders(loaded),
    readPins: openPinReader(loaded, line.dataFolder),
  });
}

async function manifest(line: Line<'manifest'>): Promise<number> {
  if (line.chat === 'teams') {
    const { teamsPackage } = await import('./teams/package.ts');
    const { appId, url: publicUrl, out } = line;
    writeFileSync(out, teamsPackage({ appId, publicUrl, version }));
    process.stdout.write(`${out} is written: upload it in the Teams admin centre.\n`);
    return 0;
  }
  const { slackManifest } = await import('./slack/manifest.ts');
  const app = slackManifest({ mode: line.mode, command: line.slash, publicUrl: line.url });
  process.stdout.write(`${JSON.stringify(app, undefined, 2)}\n`);
  return 0;
}

async function chat({ dataFolder, as, texts }: Line<'chat'>): Promise<number> {
  const { runChat } = await import('./cli/chat.ts');
  const { findSpeaker } = await import('./cli/speaker.ts');
  const { stdin, stdout, stderr, env } = process;
  const speaker = findSpeaker(as, { env });
  if ('fault' in speaker) {
    const { chatWords } = await import('./cli/chat-words.ts');
    stderr.write(`${chatWords.speakers[speaker.fault](speaker.file)}\n`);
    return 2;
  }
  const commands = texts.length > 0 ? { commands: texts } : {};
  return runChat({ dataFolder, speaker, stdin, stdout, stderr, ...commands });
}

/** @param needsFiles whether what the configuration names beside itself is read, too */
async function load(
  { configFile }: { configFile?: string | undefined },
  needsFiles: boolean,
): Promise<LoadedConfig> {
  const { loadConfig } = await import('./config.ts');
  const file = configFile ?? (exists('drover.yaml') ? 'drover.yaml' : join(HERE, 'lab.yaml'));
  const readFile = (path: string) => readFileSync(path, 'utf8');
  const readBeside = (path: string) => readFile(resolve(dirname(resolve(file)), path));
  const secrets = { env: process.env, readFile, ...(needsFiles && { readBeside }) };
  return loadConfig({ name: file, text: readFile(file) }, secrets);
}

function exists(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

async function start(line: Line<'start'>): Promise<number> {
  const { openDrover, refuseBrokenPeople } = await import('./compose.ts');
  const { createLog } = await import('./log.ts');
  const loaded = await load(line, true);
  refuseBrokenPeople(loaded);
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
  // Here, and not only at an exit: a server that is killed never comes to it.
  flushCompileCache();
  process.stdout.write(`Drover runs: ${drover.url}\n`);
  const otherPort = toOtherPortWords(line.port ?? loaded.config.console.port, drover.url);
  if (otherPort) process.stdout.write(`${otherPort}\n`);
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
    process.stderr.write(
      `${toNamedFileWords(error.facts) ?? ERROR_WORDS[error.code](error.facts)}\n`,
    );
  else process.stderr.write(`${toSystemWords(error) ?? toUnforeseen(error)}\n`);
  return 2;
}

function toUnforeseen(error: unknown): string {
  return `Drover could not do that: ${error instanceof Error ? error.stack : String(error)}`;
}
