import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vcenterFolder } from './vcenter-build.ts';

/** A VM as pyvmomi reads it; what is not readable is null. */
export interface ReadBackVm {
  readonly name: string | null;
  /** The managed object reference's value. */
  readonly handle: string;
  readonly instanceUuid: string | null;
  readonly biosUuid: string | null;
  readonly cpus: number | null;
  readonly memoryMB: number | null;
  /** The host's name. */
  readonly host: string | null;
  /** Names, sorted. */
  readonly datastores: readonly string[];
  /** Names, sorted. */
  readonly networks: readonly string[];
  readonly macs: readonly string[];
  readonly disks: readonly { readonly file: string | null; readonly bytes: number | null }[];
  /** `/Datacenter/vm/Folder` */
  readonly folder: string;
  readonly vmx: string | null;
  readonly powerState: string | null;
  readonly template: boolean | null;
  readonly annotation: string | null;
  /** The keys that begin with the prefix. */
  readonly extraConfig: Readonly<Record<string, string>>;
}

interface Login {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

// Debian's own: its package is not seen by another Python that stands first on PATH.
const python = '/usr/bin/python3';
let present: boolean | undefined;

export function isPyvmomiPresent(): boolean {
  present ??= spawnSync(python, ['-c', 'import pyVmomi']).status === 0;
  return present;
}

/** Somebody at the vendor's console: what `console.py` does. Answers what it printed. */
export async function doAtConsole(
  { url, user, password }: Login,
  ...deed: readonly ['move', string, string] | ['answer', string, string] | ['hosts']
): Promise<string> {
  const args = [join(vcenterFolder, 'console.py'), url, user, password, ...deed];
  return (await promisify(execFile)(python, args)).stdout;
}

/** Reads all VMs of a vCenter with a client that is not ours, ordered by name. */
export async function readBackVms(
  { url, user, password }: Login,
  extraConfigPrefix = 'drover',
): Promise<readonly ReadBackVm[]> {
  const script = join(vcenterFolder, 'readback.py');
  const args = [script, url, user, password, extraConfigPrefix];
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}
