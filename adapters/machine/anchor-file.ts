/**
 * Keeps heads of the audit chain in a text file outside the data folder, one a line:
 *
 *     2027-01-04T10:00:00.000Z, 12345, 3f1c…64 hexadecimal digits[, restored]
 *
 * Guarantees: only ever appends, and the disk has a line before `append` resolves. A line that a crash cut off stays,
 * is told, and spoils no other one.
 * Not covered: a file that its owner rewrites. Where that matters, it lies on another machine or an append-only disk.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { OperationError } from '#core/errors.ts';
import type { Anchor, AnchoredHead, AnchorReading } from '#core/ports/anchor.ts';

export interface AnchorFileOptions {
  readonly file: string;
  /** Where the database is, or its marks when it is elsewhere: never written to. */
  readonly dataFolder: string;
}

const LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z), ([1-9]\d{0,14}), ([0-9a-f]{64})(, restored)?$/;
/** How a line may begin; after a power cut a file can be longer than what was written into it. */
const TORN = /^[\dTZ:.-]{0,24}(, ?\d{0,15}(, ?([0-9a-f]{0,63}|[0-9a-f]{64}, ?[a-z]{0,7}))?)?\0*$/;
/** No link is followed, and a pipe is not waited for; Windows has neither flag. */
const CAREFULLY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const TO_READ = constants.O_RDONLY | CAREFULLY;
const TO_APPEND = constants.O_RDWR | constants.O_APPEND | CAREFULLY;
const TO_MAKE = TO_APPEND | constants.O_CREAT | constants.O_EXCL;

export function createAnchorFile({ file, dataFolder }: AnchorFileOptions): Anchor {
  return {
    append: (head) =>
      inOurWords(file, async () => {
        await refuseInside(file, dataFolder);
        await using handle = await openToAppend(file);
        const { heads, strangeLines, isLineOpen } = await read(handle);
        // Somebody else's file: it has text, and none of it is ours.
        if (heads.length === 0 && strangeLines.length > 0) throw unfit(file, 'not_an_anchor');
        await handle.appendFile(`${isLineOpen ? '\n' : ''}${toLine(head)}\n`);
        await handle.sync();
      }),
    readAll: () =>
      inOurWords(file, async () => {
        const handle = await openExisting(file, TO_READ);
        if (!handle) return { heads: [], tornLines: [], strangeLines: [] };
        await using opened = handle;
        const { heads, tornLines, strangeLines } = await read(opened);
        return { heads, tornLines, strangeLines };
      }),
  };
}

/** Whether one lost disk takes both: what the start warns of. */
export async function isOnSameDisk(anchorFile: string, dataFolder: string): Promise<boolean> {
  const [anchor, data] = [await statNearest(dirname(anchorFile)), await stat(dataFolder)];
  return anchor.dev === data.dev;
}

async function statNearest(folder: string): Promise<Stats> {
  return stat(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return statNearest(dirname(folder));
  });
}

function toLine({ at, chainIndex, hash, isRestored }: AnchoredHead): string {
  return `${at.toISOString()}, ${chainIndex}, ${hash}${isRestored ? ', restored' : ''}`;
}

async function read(handle: FileHandle): Promise<AnchorReading & { readonly isLineOpen: boolean }> {
  const heads: AnchoredHead[] = [];
  const [tornLines, strangeLines]: [number[], number[]] = [[], []];
  const text = await handle.readFile('latin1');
  const isLineOpen = text !== '' && !text.endsWith('\n');
  const lines = (isLineOpen ? text : text.slice(0, -1)).split('\n');
  for (const [index, line] of text === '' ? [] : lines.entries()) {
    const head = toHead(line);
    if (head) heads.push(head);
    else (TORN.test(line) ? tornLines : strangeLines).push(index + 1);
  }
  return { heads, tornLines, strangeLines, isLineOpen };
}

function toHead(line: string): AnchoredHead | undefined {
  const [, at = '', chainIndex, hash = '', restored] = LINE.exec(line) ?? [];
  if (Number.isNaN(Date.parse(at))) return undefined;
  const head = { at: new Date(at), chainIndex: Number(chainIndex), hash };
  return restored ? { ...head, isRestored: true } : head;
}

/** An anchor that lies with the database is put back with it, and could write over it. */
async function refuseInside(file: string, dataFolder: string): Promise<void> {
  const from = await realpath(dataFolder);
  const way = relative(from, join(await realpath(dirname(file)), basename(file)));
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  if (!isOutside) throw unfit(file, 'inside_data_folder');
}

async function openToAppend(file: string): Promise<FileHandle> {
  const existing = await openExisting(file, TO_APPEND);
  if (existing) return existing;
  const made = await open(file, TO_MAKE, 0o600);
  await syncFolder(dirname(file));
  return made;
}

async function openExisting(file: string, flags: number): Promise<FileHandle | undefined> {
  const found = await lstat(file).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return undefined;
  if (found.isSymbolicLink()) throw unfit(file, 'symbolic_link');
  // A second name may be the database's.
  if (!found.isFile() || found.nlink > 1) throw unfit(file, 'not_a_plain_file');
  return open(file, flags);
}

/** The new file's name is on disk as well; Windows cannot, and needs not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder, constants.O_RDONLY);
  await handle.sync();
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ELOOP', 'symbolic_link'],
  ['EISDIR', 'not_a_plain_file'],
  ['ENXIO', 'not_a_plain_file'],
  ['ENOENT', 'folder_missing'],
  ['ENOTDIR', 'folder_missing'],
  ['EROFS', 'read_only'],
  ['EACCES', 'read_only'],
  ['EPERM', 'read_only'],
]);

async function inOurWords<A>(file: string, work: () => Promise<A>): Promise<A> {
  try {
    return await work();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new OperationError('storage_full', 'not_started', { folder: dirname(file) }, { cause });
    }
    const reason = REASONS.get(code);
    throw reason === undefined ? cause : unfit(file, reason, cause);
  }
}

function unfit(file: string, reason: string, cause?: unknown): OperationError {
  return new OperationError('storage_unfit', 'not_started', { file, reason }, { cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
