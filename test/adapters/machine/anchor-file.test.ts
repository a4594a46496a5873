import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';
import { createAnchorFile, isOnSameDisk } from '#adapters/machine/anchor-file.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const at = new Date('2027-01-04T10:00:00.000Z');
const head = (chainIndex: number) => ({ at, chainIndex, hash: 'ab'.repeat(32) });
const nothing = { heads: [], tornLines: [], strangeLines: [] };

function openFolder() {
  const folder = createTemporaryFolder('anchor');
  const dataFolder = join(folder.path, 'data');
  mkdirSync(dataFolder);
  const file = join(folder.path, 'anchors');
  const open = (path = file) => createAnchorFile({ file: path, dataFolder });
  return {
    ...{ path: folder.path, dataFolder, file, open },
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

it('keeps heads as lines that people can read, for its owner alone', async () => {
  using folder = openFolder();
  const anchor = folder.open();

  assert.deepEqual(await anchor.readAll(), nothing);
  await anchor.append(head(17));
  await anchor.append({ ...head(12), isRestored: true });

  const line = `2027-01-04T10:00:00.000Z, 17, ${'ab'.repeat(32)}\n`;
  const restored = line.replace('17', '12').replace('\n', ', restored\n');
  assert.equal(readFileSync(folder.file, 'utf8'), line + restored);
  assert.equal(statSync(folder.file).mode & 0o777, 0o600);
  const heads = [head(17), { ...head(12), isRestored: true }];
  assert.deepEqual(await folder.open().readAll(), { ...nothing, heads });
});

it('H38 tells a line that a crash cut off, wherever it did, and spoils no other', async () => {
  using folder = openFolder();
  await folder.open().append(head(17));
  const { size } = statSync(folder.file);
  await folder.open().append({ ...head(18), isRestored: true });
  const whole = readFileSync(folder.file);

  for (let length = size + 1; length < whole.length; length += 1) {
    writeFileSync(folder.file, whole);
    truncateSync(folder.file, length);
    const before = await folder.open().readAll();
    await folder.open().append(head(19));
    const after = await folder.open().readAll();

    // The time, the place and the hash without the word are a line, too.
    const isLine = before.heads.length === 2;
    assert.deepEqual(before.tornLines, isLine ? [] : [2], `${length}`);
    assert.deepEqual(after, { ...before, heads: [...before.heads, head(19)] });
  }
});

it('takes what a power cut leaves for torn, and what nobody of us wrote for strange', async () => {
  using folder = openFolder();
  const anchor = folder.open();
  await anchor.append(head(17));
  appendFileSync(folder.file, '2027-01-04T10:0\0\0\0\0');
  await anchor.append(head(18));
  appendFileSync(folder.file, `hello, world\n2027-99-04T10:00:00.000Z, 1, ${'ff'.repeat(32)}\n`);

  const { heads, tornLines, strangeLines } = await anchor.readAll();

  assert.equal(heads.length, 2);
  assert.deepEqual({ tornLines, strangeLines }, { tornLines: [2], strangeLines: [4, 5] });
});

it('H38 follows no link, and writes to no second name of another file', async () => {
  using folder = openFolder();
  const database = join(folder.dataFolder, 'drover.db');
  writeFileSync(database, 'precious');
  symlinkSync(database, folder.file);
  const twin = join(folder.path, 'twin');
  linkSync(database, twin);

  for (const act of ['append', 'readAll'] as const) {
    const link = { code: 'storage_unfit', facts: { file: folder.file, reason: 'symbolic_link' } };
    await assert.rejects(folder.open()[act](head(1)), link);
    const second = { code: 'storage_unfit', facts: { file: twin, reason: 'not_a_plain_file' } };
    await assert.rejects(folder.open(twin)[act](head(1)), second);
  }
  assert.equal(readFileSync(database, 'utf8'), 'precious');
});

it('H38 writes nothing into the data folder, by whatever way', async () => {
  using folder = openFolder();
  symlinkSync(folder.dataFolder, join(folder.path, 'other-way'));

  for (const way of ['data/drover.db', 'data/anchors', 'data/../data/new', 'other-way/anchors']) {
    const file = `${folder.path}/${way}`;
    const facts = { file, reason: 'inside_data_folder' };
    await assert.rejects(folder.open(file).append(head(1)), { code: 'storage_unfit', facts });
    assert.equal(existsSync(file), false);
  }
});

it("does not append to somebody else's file, a pipe or a folder", async () => {
  using folder = openFolder();
  const text = join(folder.path, 'letter');
  writeFileSync(text, 'Dear Ann,\n\nhello\n');
  const pipe = join(folder.path, 'pipe');
  spawnSync('mkfifo', [pipe]);

  const reasonOf = (file: string) =>
    folder
      .open(file)
      .append(head(1))
      .then(
        () => 'none',
        ({ facts }) => facts.reason,
      );

  assert.equal(await reasonOf(text), 'not_an_anchor');
  assert.equal(await reasonOf(pipe), 'not_a_plain_file');
  assert.equal(await reasonOf(folder.path), 'not_a_plain_file');
  assert.equal(await reasonOf(join(folder.path, 'none', 'anchors')), 'folder_missing');
  assert.equal(readFileSync(text, 'utf8'), 'Dear Ann,\n\nhello\n');
});

it('keeps all heads of several processes at once', async () => {
  using folder = openFolder();
  const indexes = Array.from({ length: 30 }, (_, index) => index + 1);
  await folder.open().append(head(100));

  await Promise.all(indexes.map((index) => folder.open().append(head(index))));

  const { heads, ...rest } = await folder.open().readAll();
  assert.deepEqual(rest, { tornLines: [], strangeLines: [] });
  assert.deepEqual(
    heads.map(({ chainIndex }) => chainIndex).toSorted((a, b) => a - b),
    [...indexes, 100],
  );
});

it('reads whatever stands in the file', async () => {
  using folder = openFolder();
  const anchor = folder.open();

  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      writeFileSync(folder.file, bytes);
      assert.deepEqual((await anchor.readAll()).heads, []);
    }),
    { numRuns: 100 },
  );
});

it('knows whether one lost disk takes both', async () => {
  using folder = openFolder();

  assert.equal(await isOnSameDisk(join(folder.path, 'none', 'anchors'), folder.dataFolder), true);
  if (existsSync('/dev/shm')) {
    assert.equal(await isOnSameDisk('/dev/shm/anchors', folder.dataFolder), false);
  }
});
