/**
 * A domain that was provisioned and seeded once, for test files to copy.
 *
 * It lies in .peers/samba/, under a name made of the sources that made it: another seed is another template.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { peersFolder } from '#test/helpers/peers/vcenter-build.ts';
import { makeAuthority } from './certificates.ts';
import { administrator, hostName, lockoutThreshold, netbiosName, realm } from './domain.ts';
import { listSeeds } from './seed.ts';
import { toSmbConf } from './smb-conf.ts';

const execute = promisify(execFile);
const root = join(peersFolder, 'samba');
/** A provision takes 8 seconds, on a busy machine several times that. */
const provisionWithinMs = 150_000;

/** Answers the template's folder; provisions it if no other process has, which takes some seconds. */
export async function prepareTemplate(): Promise<string> {
  const folder = join(root, hashSources());
  const lock = `${folder}.lock`;
  const until = Date.now() + provisionWithinMs;
  while (!existsSync(folder)) {
    if (Date.now() > until) throw new Error(`another process holds ${lock} for too long`);
    if (tryLock(lock)) {
      try {
        if (!existsSync(folder)) await provisionInto(folder);
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    } else await wait(100);
  }
  return folder;
}

/** The lock of a process that is gone is nobody's. */
function tryLock(lock: string): boolean {
  mkdirSync(root, { recursive: true });
  const owner = join(lock, 'pid');
  try {
    mkdirSync(lock);
    writeFileSync(owner, String(process.pid));
    return true;
  } catch {
    const pid = existsSync(owner) ? readFileSync(owner, 'utf8') : undefined;
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

async function provisionInto(folder: string): Promise<void> {
  for (const old of readdirSync(root)) {
    const isOld = !old.endsWith('.lock') && !folder.endsWith(old);
    if (isOld) rmSync(join(root, old), { recursive: true, force: true });
  }
  const making = `${folder}.making`;
  for (const name of ['etc', 'private', 'lock', 'state', 'cache', 'run', 'tls'])
    mkdirSync(join(making, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(making, 'etc/smb.conf'), toSmbConf(making, '127.0.0.1'));
  await makeAuthority(join(making, 'tls'));
  await provision(making);
  for (const [at, records] of listSeeds().entries()) {
    const file = join(making, `seed-${at}.ldif`);
    writeFileSync(file, `${records.join('\n\n')}\n`);
    await modifyOffline(making, file);
  }
  rmSync(join(making, 'run'), { recursive: true, force: true });
  renameSync(making, folder);
}

async function provision(folder: string): Promise<void> {
  const conf = join(folder, 'etc/smb.conf');
  await runTool([
    ...['domain', 'provision', `--configfile=${conf}`, `--realm=${realm}`],
    ...[`--domain=${netbiosName}`, '--server-role=dc', '--dns-backend=NONE'],
    ...[`--host-name=${hostName}`, '--host-ip=127.0.0.1', `--adminpass=${administrator.password}`],
  ]);
  await runTool([
    ...['domain', 'passwordsettings', 'set', '-s', conf, '--complexity=off', '--history-length=0'],
    ...['--min-pwd-age=0', '--max-pwd-age=0', `--account-lockout-threshold=${lockoutThreshold}`],
    ...['--account-lockout-duration=30', '--reset-account-lockout-after=30'],
  ]);
}

/** Runs samba-tool; its words are told when it fails. */
export async function runTool(args: readonly string[]): Promise<void> {
  await execute('samba-tool', [...args], { timeout: provisionWithinMs });
}

/** Applies records as the system itself, past every right; takes `add` and `changetype` records. */
export async function modifyOffline(folder: string, ldifFile: string): Promise<void> {
  await execute('ldbmodify', [
    ...['-H', join(folder, 'private/sam.ldb'), `--configfile=${join(folder, 'etc/smb.conf')}`],
    ...['--nosync', ldifFile],
  ]);
}

/** Copies a domain that is not running, or is stopped (SIGSTOP): one process writes its files. */
export function copyDomain(from: string, to: string): void {
  // cp knows the holes of the databases; Node's copy would write them out.
  execFileSync('cp', ['-a', '--sparse=always', `${from}/.`, to]);
  for (const name of ['run', 'lock']) {
    rmSync(join(to, name), { recursive: true, force: true });
    mkdirSync(join(to, name), { mode: 0o700 });
  }
}

function hashSources(): string {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const hash = createHash('sha256').update(execFileSync('samba', ['--version']));
  for (const name of readdirSync(folder)
    .filter((it) => it.endsWith('.ts'))
    .sort())
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(folder, name)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}
