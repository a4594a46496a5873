/** The bundle that `npm ci` makes: the same program, and only as long as its sources and packages are the same. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findBundle, ROOT, readState } from '#bot/bundle/find-bundle.mjs';
import { makeBundle } from '#bot/bundle/make-bundle.mjs';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

/** As make-bundle.mjs writes where a module is. */
const PLACE = /new URL\(["']([^"']+)["'], import\.meta\.url\)\.href/g;
const PACKAGES = 'node_modules/.package-lock.json';

describe('the bundle', () => {
  it('is the whole program: its pages, scripts and tables too', async () => {
    using folder = createTemporaryFolder('bundle');
    const entry = await makeBundle({ folder: join(folder.path, 'bundle') });

    assert.equal(findBundle(join(folder.path, 'bundle')), `file://${entry}`);
    const data = join(folder.path, 'data');
    const server = spawn(process.execPath, [entry, 'start', '--data', data, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const url = await readUrl(server.stdout);
      const page = await fetch(url);
      assert.equal(page.status, 200);
      const cookie = page.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; ');
      for (const file of ['/console.js', '/adaptivecards.min.js'])
        assert.equal((await fetch(new URL(file, url), { headers: { cookie } })).status, 200, file);
    } finally {
      server.kill();
      await once(server, 'exit');
    }
    assert.equal(server.exitCode, 0);
  });

  it('finds what lies beside a source: no place in it is a file that is not there', async () => {
    using folder = createTemporaryFolder('bundle');
    const files = dirname(await makeBundle({ folder: folder.path }));

    const places = readdirSync(files).flatMap((name) =>
      [...readFileSync(join(files, name), 'utf8').matchAll(PLACE)].map(([, place]) => place),
    );
    assert.ok(places.some((place) => place?.endsWith('adapters/hyperv/scripts.ts')));
    // Programs of threads are in it themselves: one of the sources may be another one by the time a thread begins.
    assert.ok(places.some((place) => /^compose-rehearsal-\S+\.mjs$/.test(`${place}`)));
    for (const place of places)
      assert.ok(existsSync(new URL(`${place}`, pathToFileURL(`${files}/`))), place);
  });

  it('keeps the last three, from which a server may still be running', async () => {
    using folder = createTemporaryFolder('bundle');
    const made: string[] = [];
    for (let at = 1; at <= 4; at += 1) {
      made.push(await makeBundle({ entry: 'core/errors.ts', folder: folder.path }));
      const past = new Date(2026, 0, at);
      if (at < 4) utimesSync(dirname(made.at(-1) ?? ''), past, past);
    }

    assert.deepEqual(made.map(existsSync), [false, true, true, true]);
    assert.equal(findBundle(folder.path), `file://${made.at(-1)}`);
  });

  it('is none once a file of it is lost or short', async () => {
    using folder = createTemporaryFolder('bundle');
    const entry = await makeBundle({ entry: 'core/errors.ts', folder: folder.path });

    writeFileSync(entry, '');
    assert.equal(findBundle(folder.path), undefined);
    rmSync(entry);
    assert.equal(findBundle(folder.path), undefined);
  });
});

describe('npm ci', () => {
  it('ends well and says so where no bundle can be made', () => {
    using house = createHouse();

    const { status, stderr } = house.run('bot/bundle/prepare.mjs');

    assert.equal(status, 0);
    assert.match(
      stderr,
      /^No bundle, so Drover starts from its sources, more slowly: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'rolldown' .*\n$/,
    );
  });

  it('ends well where the making of the bundle is killed', () => {
    using house = createHouse();
    const dies = 'export const makeBundle = () => process.kill(process.pid, "SIGKILL");';
    house.write('bot/bundle/make-bundle.mjs', dies);

    const { status, stderr } = house.run('bot/bundle/prepare.mjs');

    assert.equal(status, 0);
    assert.match(stderr, /^No bundle, .*: its making was ended by SIGKILL\n$/);
  });
});

describe('a start', () => {
  it('runs the bundle of exactly its sources and packages', () => {
    using house = createHouse();

    assert.equal(house.start(), 'bundle');
  });

  for (const file of ['bot/main.ts', 'package.json', PACKAGES])
    it(`runs the sources once ${file} was changed or is gone`, () => {
      using house = createHouse();
      utimesSync(join(house.root, file), new Date(), new Date(2026, 1, 1));
      assert.equal(findBundle(house.bundle, house.root), undefined);
      if (file === 'bot/main.ts') assert.equal(house.start(), 'sources');

      rmSync(join(house.root, file));
      assert.equal(findBundle(house.bundle, house.root), undefined);
    });

  it('runs the sources where a bundle is missing or was cut short', () => {
    using house = createHouse();

    for (const manifest of ['{"entry": "main.mjs", "fil', '{}', 'null', '']) {
      writeFileSync(join(house.bundle, 'bundle.json'), manifest);
      assert.equal(house.start(), 'sources', manifest);
    }
    rmSync(house.bundle, { recursive: true });
    assert.equal(house.start(), 'sources');
  });
});

/** A house with the launcher, one source and a bundle that says which of them was run. */
function createHouse() {
  const folder = createTemporaryFolder('bundle');
  const root = folder.path;
  const bundle = join(root, '.bundle');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{"type": "module"}');
  write(PACKAGES, '{}');
  write('bot/main.ts', 'process.stdout.write("sources" as string);');
  for (const name of ['start', 'bundle/find-bundle', 'bundle/make-bundle', 'bundle/prepare'])
    write(`bot/${name}.mjs`, readFileSync(join(ROOT, `bot/${name}.mjs`), 'utf8'));
  write('.bundle/main.mjs', 'process.stdout.write("bundle");');
  const files = Object.fromEntries(
    ['package.json', PACKAGES, 'bot/main.ts'].map((path) => [path, readState(join(root, path))]),
  );
  write('.bundle/bundle.json', JSON.stringify({ entry: 'main.mjs', files }));
  const run = (path: string) =>
    spawnSync(process.execPath, [join(root, path)], { encoding: 'utf8' });
  return {
    ...{ root, bundle, write, run },
    start: () => run('bot/start.mjs').stdout,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function readUrl(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of output.setEncoding('utf8')) {
    text += String(piece);
    const url = /http:\/\/127\S+/.exec(text)?.[0];
    if (url) return url;
  }
  throw new Error(`the server ended without its URL: ${text}`);
}
