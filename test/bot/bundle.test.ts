/** The bundle that `npm ci` makes: the same program, and only as long as its sources and packages are the same. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
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
    await makeBundle({ folder: folder.path });

    const places = readdirSync(folder.path).flatMap((name) =>
      [...readFileSync(join(folder.path, name), 'utf8').matchAll(PLACE)].map(([, place]) => place),
    );
    assert.ok(places.some((place) => place?.endsWith('adapters/hyperv/scripts.ts')));
    // Programs of threads are in it themselves: one of the sources may be another one by the time a thread begins.
    assert.ok(places.some((place) => /^compose-rehearsal-\S+\.mjs$/.test(`${place}`)));
    for (const place of places)
      assert.ok(existsSync(new URL(`${place}`, pathToFileURL(`${folder.path}/`))), place);
  });

  it('keeps what it made before, from which a server may still be running', async () => {
    using folder = createTemporaryFolder('bundle');
    const make = (entry: string) => makeBundle({ entry, folder: folder.path });

    const before = await make('core/errors.ts');
    const after = await make('core/plan/plan.ts');

    assert.notEqual(before, after);
    assert.ok(readState(before));
    assert.equal(findBundle(folder.path), `file://${after}`);
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

    writeFileSync(join(house.bundle, 'bundle.json'), '{"entry": "main.mjs", "sour');
    assert.equal(house.start(), 'sources');
    rmSync(house.bundle, { recursive: true });
    assert.equal(house.start(), 'sources');
  });
});

/** A house with the launcher, one source and a bundle that says which of them was run. */
function createHouse() {
  const folder = createTemporaryFolder('bundle');
  const root = folder.path;
  const bundle = join(root, 'node_modules', '.cache', 'drover', 'bundle');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{"type": "module"}');
  write(PACKAGES, '{}');
  write('bot/main.ts', 'process.stdout.write("sources" as string);');
  for (const file of ['bot/start.mjs', 'bot/bundle/find-bundle.mjs']) {
    write(file, '');
    copyFileSync(join(ROOT, file), join(root, file));
  }
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'main.mjs'), 'process.stdout.write("bundle");');
  const sources = Object.fromEntries(
    ['package.json', PACKAGES, 'bot/main.ts'].map((path) => [path, readState(join(root, path))]),
  );
  writeFileSync(join(bundle, 'bundle.json'), JSON.stringify({ entry: 'main.mjs', sources }));
  return {
    ...{ root, bundle },
    start: () =>
      spawnSync(process.execPath, [join(root, 'bot/start.mjs')], { encoding: 'utf8' }).stdout,
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
