/**
 * Makes the stub modules of one Windows version, once: each source compiled, under `.peers/`.
 *
 * Test files run side by side; whoever comes first compiles, in a folder that then takes its place: one that is there is whole.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peersFolder } from '#test/helpers/peers/vcenter-build.ts';
import { pwshEnvironment, pwshPath } from '#test/peers/powershell/pwsh.ts';
import { MODULES, type ModuleName, readContract, type Server } from './contract.ts';
import { type ModuleSource, toModuleSource } from './module-source.ts';
import { oneAtATime } from './one-at-a-time.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const longestMs = 170_000;

/** Gives the folder with the modules. */
export async function buildStubs(server: Server): Promise<string> {
  const cmdlets = readContract(server);
  const sources = MODULES.map((module) => {
    const own = cmdlets.filter(({ signature }) => signature.module === module);
    return { module, ...toModuleSource(module, own) };
  });
  const beginning = `hyperv-stubs-${server}-`;
  const folder = join(peersFolder, `${beginning}${hashSources(sources)}`);
  await oneAtATime(join(peersFolder, `${beginning}lock`), async () => {
    if (existsSync(folder)) return;
    const stale = globSync(`${beginning}*`, { cwd: peersFolder });
    for (const name of stale.filter((one) => !one.endsWith('lock')))
      rmSync(join(peersFolder, name), { recursive: true, force: true });
    const draft = `${folder}.draft`;
    writeSources(sources, draft);
    await compile(draft);
    renameSync(draft, folder);
  });
  return folder;
}

type Source = ModuleSource & { readonly module: ModuleName };

function writeSources(sources: readonly Source[], folder: string): void {
  for (const { module, source, manifest } of sources) {
    mkdirSync(join(folder, module), { recursive: true });
    writeFileSync(join(folder, module, `${module}.cs`), source);
    writeFileSync(join(folder, module, `${module}.psd1`), manifest);
  }
}

async function compile(folder: string): Promise<void> {
  const child = spawn(
    pwshPath,
    ['-NoProfile', '-NonInteractive', '-File', join(here, 'build.ps1'), '-Stubs', folder],
    {
      env: { ...process.env, ...pwshEnvironment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestMs,
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the stub modules do not compile:\n${said}`);
}

function hashSources(sources: readonly Source[]): string {
  const hash = createHash('sha256');
  for (const { source, manifest } of sources) hash.update(source).update(manifest);
  for (const file of ['build.ps1', ...globSync('csharp/*.cs', { cwd: here }).sort()])
    hash.update(readFileSync(join(here, file)));
  return hash.digest('hex').slice(0, 12);
}
