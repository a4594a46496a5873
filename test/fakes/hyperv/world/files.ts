/**
 * VHDX files: each is a small JSON file in a real folder that stands for the drive, so that Test-Path, Copy-Item, Move-Item and
 * Remove-Item of a script really work and the model sees what they did. Sizes come from the JSON, not from the file.
 *
 * Names are found whatever their case, as on Windows. A shared volume is one folder, linked into each node's drive C.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface VhdFile {
  readonly sizeBytes: number;
  readonly fileBytes: number;
  readonly type: 'Dynamic' | 'Fixed' | 'Differencing';
  readonly parent?: string | undefined;
}

export interface WorldFiles {
  driveOf(host: string, letter: string): string;
  linkVolume(cluster: string, volume: string, nodes: readonly string[]): void;
  /** Its files stay, and no node reaches them. */
  unlinkVolume(volume: string, nodes: readonly string[]): void;
  exists(host: string, path: string): boolean;
  /** False below a shared volume that the host has not. */
  reaches(host: string, path: string): boolean;
  read(host: string, path: string): VhdFile | undefined;
  write(host: string, path: string, file: VhdFile): void;
  makeFolder(host: string, path: string): void;
  remove(host: string, path: string): void;
}

export function createWorldFiles(root: string): WorldFiles {
  const driveOf = (host: string, letter: string) => {
    const folder = join(root, 'hosts', host, letter.toUpperCase());
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const toReal = (host: string, path: string) => {
    const [, letter, rest = ''] = /^([A-Za-z]):\\?(.*)$/.exec(path) ?? [];
    if (letter === undefined || rest.split('\\').includes('..')) return undefined;
    return rest.split('\\').filter(Boolean).reduce(findBelow, driveOf(host, letter));
  };
  const exists = (host: string, path: string) => {
    const real = toReal(host, path);
    return real !== undefined && existsSync(real);
  };
  const requireReal = (host: string, path: string) => {
    const real = toReal(host, path);
    if (real === undefined) throw new Error(`the world has no path ${path}`);
    return real;
  };
  return {
    driveOf,
    exists,
    reaches: (host, path) => {
      const [volume] = /^C:\\ClusterStorage\\[^\\]+/i.exec(path) ?? [];
      return volume === undefined || exists(host, volume);
    },
    linkVolume: (cluster, volume, nodes) => {
      const folder = join(root, 'volumes', cluster, volume);
      mkdirSync(folder, { recursive: true });
      for (const node of nodes) {
        const link = join(driveOf(node, 'C'), 'ClusterStorage', volume);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(folder, link);
      }
    },
    unlinkVolume: (volume, nodes) => {
      for (const node of nodes)
        rmSync(join(driveOf(node, 'C'), 'ClusterStorage', volume), { force: true });
    },
    read: (host, path) => {
      const real = toReal(host, path);
      if (real === undefined || !statSync(real, { throwIfNoEntry: false })?.isFile())
        return undefined;
      const text = readFileSync(real, 'utf8');
      return text.startsWith('{') ? JSON.parse(text) : undefined;
    },
    write: (host, path, file) => {
      const real = requireReal(host, path);
      mkdirSync(dirname(real), { recursive: true });
      writeFileSync(real, JSON.stringify(file));
    },
    makeFolder: (host, path) => void mkdirSync(requireReal(host, path), { recursive: true }),
    remove: (host, path) => rmSync(requireReal(host, path)),
  };
}

function findBelow(folder: string, name: string): string {
  const exact = join(folder, name);
  if (existsSync(exact) || !existsSync(folder)) return exact;
  const other = readdirSync(folder).find((one) => one.toLowerCase() === name.toLowerCase());
  return other === undefined ? exact : join(folder, other);
}
