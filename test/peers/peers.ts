/**
 * npm run peers -- install | list
 *
 * Brings in, or lists, the programs that tests run against.
 */
import { buildStubs } from '../fakes/hyperv/stubs/build-stubs.ts';
import { SERVERS } from '../fakes/hyperv/stubs/contract.ts';
import {
  findMissingPeers,
  type KnownPeer,
  knownPeers,
  peerNames,
} from '../helpers/peers/known-peers.ts';
import { buildVcenterPart, isVcenterPartCurrent } from '../helpers/peers/vcenter-build.ts';
import {
  findMissingPackages,
  hasApt,
  installPackages,
  toInstallCommand,
} from './debian-packages.ts';
import { isPwshPresent } from './powershell/pwsh.ts';

const peers: readonly KnownPeer[] = Object.values(knownPeers);

function list(): number {
  for (const name of peerNames) {
    const peer: KnownPeer = knownPeers[name];
    const state = peer.isPresent() ? 'present' : `missing: ${howToGet(peer)}`;
    console.log(`${name.padEnd(13)} ${peer.serves.padEnd(48)} ${state}`);
  }
  const missing = findMissingPeers();
  console.log(missing.length === 0 ? 'All peers are present.' : `Missing: ${missing.join(', ')}.`);
  return 0;
}

function howToGet({ packages, builds, make }: KnownPeer): string {
  const absent = findMissingPackages(packages);
  const steps = absent.length === 0 ? [] : [toInstallCommand(absent)];
  const built = builds ?? (make && 'it');
  return [...steps, ...(built ? [`npm run peers -- install builds ${built}`] : [])].join('; ');
}

async function install(): Promise<number> {
  const started = performance.now();
  const absent = findMissingPackages(peers.flatMap(({ packages }) => packages));
  if (absent.length > 0 && !canInstall()) {
    console.log(`Not installed: as root on Debian or Ubuntu, ${toInstallCommand(absent)}`);
    return 1;
  }
  if (absent.length > 0) installPackages(absent);
  const built = build();
  await buildStubModules();
  const missing = findMissingPeers();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const done = `${absent.length} packages installed, ${built || 'nothing'} built, ${seconds} s`;
  console.log(
    missing.length === 0
      ? `All peers are present (${done}).`
      : `Still missing: ${missing.join(', ')}.`,
  );
  return missing.length === 0 ? 0 : 1;
}

function canInstall(): boolean {
  return hasApt() && process.getuid?.() === 0;
}

function build(): string {
  const parts = peers.flatMap(({ builds }) => builds ?? []);
  const stale = parts.filter((part) => !isVcenterPartCurrent(part));
  for (const part of stale) {
    console.log(`building ${part} …`);
    buildVcenterPart(part);
  }
  const unmade = peerNames.filter((name) => {
    const { make, isPresent }: KnownPeer = knownPeers[name];
    return make && !isPresent();
  });
  for (const name of unmade) {
    console.log(`building ${name} …`);
    const { make }: KnownPeer = knownPeers[name];
    make?.();
  }
  return [...stale, ...unmade].join(' and ');
}

/** Tests build them too where they are stale; here they cost no test its time. */
async function buildStubModules(): Promise<void> {
  if (!isPwshPresent()) return;
  for (const server of SERVERS) await buildStubs(server);
}

async function main(command: string | undefined): Promise<number> {
  if (command === 'list') return list();
  if (command === 'install') return install();
  console.error('usage: npm run peers -- install | list');
  return 2;
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  console.error(`The peers are not complete: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
