/** What is refused before Drover runs: a file that was named, or an address to listen on. */
import type { Facts } from '#core/errors.ts';

const FILES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what should be a folder on the way there is none',
  EACCES: 'Drover’s account may not',
  EPERM: 'Drover’s account may not',
  EROFS: 'nothing can be written there',
};

const ADDRESSES: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program listens there. End it, or give another port in drover.yaml, or that of the console with --port',
  EADDRNOTAVAIL: 'this machine has no such address. Give another host in drover.yaml',
  EACCES: 'Drover’s account may not. Give a port from 1024 on in drover.yaml',
};

/** Where a folder was to be made: its own place in what the system says of files. */
const NEW_FOLDERS: Readonly<Record<string, string>> = {
  ENOENT: 'nothing can be written there',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a file is in the way',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
};

export function toFileReason(code: string, made?: 'folder'): string {
  return (made && NEW_FOLDERS[code]) ?? FILES[code] ?? code;
}

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
}

/** @param url of the console, which leaves 80 out. Undefined where it listens as wanted, or on any. */
export function toOtherPortWords(wanted: number, url: string): string | undefined {
  const used = Number(new URL(url).port || 80);
  if (wanted === 0 || used === wanted) return undefined;
  return `Port ${wanted} is taken by another program, so the console listens on ${used}. A port that is given, as console.port or with --port, is kept to.`;
}

/** Undefined for every other error: that is a fault of Drover, and told as one. */
export function toSystemWords(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string'))
    return undefined;
  const { code, syscall, path, address = '', port } = error as SystemError;
  const why = (syscall === 'listen' ? ADDRESSES : FILES)[code];
  if (why === undefined) return undefined;
  if (syscall === 'listen') return `Drover cannot listen on ${address}:${port}: ${why}.`;
  if (syscall !== 'open' && syscall !== 'read') return undefined;
  return `${path ?? 'A file that was named'} cannot be opened: ${why}.`;
}

function toPosition({ line, column }: Facts): string {
  return line === undefined ? '' : `: look at line ${String(line)}, column ${String(column)}`;
}

/** A file that the configuration names, with all that is wrong in it. Undefined where no file is meant. */
export function toNamedFileWords({
  file,
  setting,
  reason,
  faults,
  ...facts
}: Facts): string | undefined {
  if (file === undefined || setting === undefined) return undefined;
  const which = `The file ${String(file)}, which ${String(setting)} names,`;
  if (Array.isArray(faults))
    return `${which} cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
  if (reason === 'not_json') return `${which} is not JSON${toPosition(facts)}.`;
  return `${which} cannot be read: ${toFileReason(String(reason))}.`;
}
