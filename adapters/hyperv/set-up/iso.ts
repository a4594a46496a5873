/**
 * A small ISO 9660 image, made in memory: a few files in the root, no more.
 *
 * Two trees show the same files: the primary one, whose names are of eight capital letters, and Joliet's, whose names are
 * the true ones: Linux and Windows both read that. The same files always make the same bytes.
 *
 * @see https://ecma-international.org/publications-and-standards/standards/ecma-119/
 */

export interface IsoFile {
  /** At most 64 letters of `a-z`, `0-9`, `.`, `_` and `-`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface IsoContent {
  /** At most 16 letters. */
  readonly label: string;
  readonly files: readonly IsoFile[];
}

const SECTOR = 2048;
const DESCRIPTORS_AT = 16;
/** After the three descriptors: each tree's path table in both byte orders, then the two root folders, then the files. */
const TABLES_AT = 19;
const ROOTS_AT = 23;
const FILES_AT = 25;

interface PlacedFile extends IsoFile {
  readonly at: number;
}

/** One of the two trees. */
interface Tree {
  readonly root: number;
  readonly table: number;
  readonly isJoliet: boolean;
}

const PRIMARY: Tree = { root: ROOTS_AT, table: TABLES_AT, isJoliet: false };
const JOLIET: Tree = { root: ROOTS_AT + 1, table: TABLES_AT + 2, isJoliet: true };

export function toIso({ label, files }: IsoContent): Buffer {
  const { placed, sectors } = placeFiles(files);
  const image = Buffer.alloc(sectors * SECTOR);
  const put = (at: number, bytes: Uint8Array) => image.set(bytes, at * SECTOR);
  put(DESCRIPTORS_AT, toDescriptor(PRIMARY, label, sectors));
  put(DESCRIPTORS_AT + 1, toDescriptor(JOLIET, label, sectors));
  put(DESCRIPTORS_AT + 2, Buffer.from('\u00ffCD001\u0001', 'latin1'));
  for (const tree of [PRIMARY, JOLIET]) {
    put(tree.table, toPathTable(tree, 'little'));
    put(tree.table + 1, toPathTable(tree, 'big'));
    put(tree.root, toFolder(tree, placed));
  }
  for (const { at, bytes } of placed) put(at, bytes);
  return image;
}

function placeFiles(files: readonly IsoFile[]) {
  let next = FILES_AT;
  const known = new Map<Uint8Array, number>();
  // The same bytes under two names are there once. An empty file has no sector, and stands where the next one begins.
  const placed = files.map((file): PlacedFile => {
    const at = known.get(file.bytes) ?? next;
    if (at === next) next += Math.ceil(file.bytes.length / SECTOR);
    known.set(file.bytes, at);
    return { ...file, at };
  });
  return { placed, sectors: Math.max(next, FILES_AT + 1) };
}

const PATH_TABLE_BYTES = 10;
/** System, volume set, publisher, preparer, application, and the files that say more of them. */
const EMPTY_TEXTS = [
  ...([[8, 32]] as const),
  ...([190, 318, 446, 574] as const).map((at) => [at, 128] as const),
  ...([702, 739, 776] as const).map((at) => [at, 37] as const),
] as const;

/** ECMA-119 8.4 and 8.5; Joliet's is told by its escape sequence. */
function toDescriptor(tree: Tree, label: string, sectors: number): Buffer {
  const { table, isJoliet } = tree;
  const one = Buffer.alloc(SECTOR);
  one[0] = isJoliet ? 2 : 1;
  one.write('CD001\u0001', 1, 'latin1');
  writeText(one, { at: 40, length: 32, text: label, isJoliet });
  for (const [at, length] of EMPTY_TEXTS) writeText(one, { at, length, text: '', isJoliet });
  writeBoth32(one, 80, sectors);
  // UCS-2, level 3.
  if (isJoliet) one.write('%/E', 88, 'latin1');
  writeBoth16(one, 120, 1);
  writeBoth16(one, 124, 1);
  writeBoth16(one, 128, SECTOR);
  writeBoth32(one, 132, PATH_TABLE_BYTES);
  one.writeUInt32LE(table, 140);
  one.writeUInt32BE(table + 1, 148);
  one.set(toRecord({ name: SELF, at: tree.root, length: SECTOR, isFolder: true }), 156);
  for (const at of [813, 830, 847, 864]) one.write('0'.repeat(16), at, 'latin1');
  one[881] = 1;
  return one;
}

interface Text {
  readonly at: number;
  readonly length: number;
  readonly text: string;
  readonly isJoliet: boolean;
}

/** Filled up with spaces, in Joliet with those of two bytes. */
function writeText(to: Buffer, { at, length, text, isJoliet }: Text): void {
  if (!isJoliet) to.write(text.padEnd(length), at, 'latin1');
  else toUcs2(text.padEnd(Math.floor(length / 2))).copy(to, at);
}

/** One folder, the root, whose own name is one zero byte. */
function toPathTable({ root }: Tree, order: 'little' | 'big'): Buffer {
  const entry = Buffer.alloc(PATH_TABLE_BYTES);
  entry[0] = 1;
  if (order === 'little') entry.writeUInt32LE(root, 2);
  else entry.writeUInt32BE(root, 2);
  if (order === 'little') entry.writeUInt16LE(1, 6);
  else entry.writeUInt16BE(1, 6);
  return entry;
}

const SELF = Buffer.from([0]);
const PARENT = Buffer.from([1]);

function toFolder({ root, isJoliet }: Tree, files: readonly PlacedFile[]): Buffer {
  const folder = { at: root, length: SECTOR, isFolder: true };
  const named = files.map(({ name, at, bytes }, index) => ({
    name: isJoliet ? toUcs2(name) : Buffer.from(toShortName(name, index), 'latin1'),
    ...{ at, length: bytes.length, isFolder: false },
  }));
  const records = [
    toRecord({ ...folder, name: SELF }),
    toRecord({ ...folder, name: PARENT }),
    ...named.toSorted((a, b) => Buffer.compare(a.name, b.name)).map(toRecord),
  ];
  return Buffer.concat(records);
}

/** `USERDAT0.;1`: the number keeps two names apart that begin alike. */
function toShortName(name: string, index: number): string {
  const [stem = '', extension = ''] = name
    .toUpperCase()
    .replace(/[^A-Z0-9.]/g, '')
    .split('.');
  return `${stem.slice(0, 7)}${index}.${extension.slice(0, 3)};1`;
}

interface Record {
  readonly name: Buffer;
  readonly at: number;
  readonly length: number;
  readonly isFolder: boolean;
}

const YEAR_2000 = [100, 1, 1, 0, 0, 0, 0];

/** ECMA-119 9.1; of even length. */
function toRecord({ name, at, length, isFolder }: Record): Buffer {
  const size = 33 + name.length + ((33 + name.length) % 2);
  const record = Buffer.alloc(size);
  record[0] = size;
  writeBoth32(record, 2, at);
  writeBoth32(record, 10, length);
  record.set(YEAR_2000, 18);
  record[25] = isFolder ? 2 : 0;
  writeBoth16(record, 28, 1);
  record[32] = name.length;
  record.set(name, 33);
  return record;
}

/** UTF-16 with its high byte first. */
function toUcs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function writeBoth16(to: Buffer, at: number, value: number): void {
  to.writeUInt16LE(value, at);
  to.writeUInt16BE(value, at + 2);
}

function writeBoth32(to: Buffer, at: number, value: number): void {
  to.writeUInt32LE(value, at);
  to.writeUInt32BE(value, at + 4);
}
