// Puts the program and its packages into a few files, so that a start opens dozens of files and not two thousand.
// Plain JavaScript: `npm ci` makes the bundle also where the Node it runs on knows no TypeScript.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { BUNDLE_FOLDER, ROOT, readState } from './find-bundle.mjs';

/** Besides the sources: with other packages than these it is another program. */
const PACKAGES = ['package.json', 'node_modules/.package-lock.json'];
/** A program of its own, as threads are given it. */
const THREAD = /new URL\('([^']+\.ts)', import\.meta\.url\)/g;
/** Brought by the operator after the rest was installed, where it is wanted. */
const BROUGHT = ['kerberos'];

/** With an older one a server may still be running, which loads parts of it when it needs them. */
const BUNDLES_KEPT = 3;

/**
 * Bundles the program into a folder of its own, and takes it for the current one when it is whole.
 * @param {object} [options]
 * @param {string} [options.entry] the module that begins the program, from the root
 * @param {string} [options.folder] where bundles are
 * @param {readonly string[]} [options.apart] packages that are loaded as they are
 * @returns {Promise<string>} the file that begins the program
 */
export async function makeBundle({
  entry = 'bot/main.ts',
  folder = BUNDLE_FOLDER,
  apart = BROUGHT,
} = {}) {
  /** @type {Record<string, string>} */
  const files = {};
  for (const file of PACKAGES) files[file] = readState(join(ROOT, file)) ?? '';
  const own = join(folder, `made-${randomUUID()}`);
  mkdirSync(own, { recursive: true });
  const input = join(ROOT, entry);
  const bundle = await rolldown({
    cwd: ROOT,
    input,
    platform: 'node',
    external: apart.map((name) => new RegExp(`^${name}(/|$)`)),
    // Packages that another package looks for and does without.
    checks: { unresolvedImport: false },
    plugins: [keepPlaces(own, files)],
  });
  const { output } = await bundle.write({
    dir: own,
    entryFileNames: '[name]-[hash].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundle.close();
  const begins = output.find((file) => file.type === 'chunk' && file.facadeModuleId === input);
  if (begins === undefined) throw new Error(`the bundle has no ${entry}`);
  for (const { fileName } of output) {
    const file = join(own, fileName);
    files[toPath(ROOT, file)] = readState(file) ?? '';
  }
  writeManifest(folder, { entry: toPath(folder, join(own, begins.fileName)), files });
  removeOld(folder);
  return join(own, begins.fileName);
}

/**
 * Notes each source in the state in which it is read, and keeps what `import.meta.url` says: where the source is, so that
 * what stands beside it is still found. Programs of threads are bundled too.
 * @param {string} folder of the bundle's files
 * @param {Record<string, string>} files
 * @returns {import('rolldown').Plugin}
 */
function keepPlaces(folder, files) {
  return {
    name: 'keep-places',
    load(id) {
      if (isSource(id)) files[toPath(ROOT, id)] = readState(id) ?? '';
    },
    transform(code, id) {
      // The bundler's own modules are no files.
      if (!isAbsolute(id) || !code.includes('import.meta.')) return undefined;
      if (isSource(id) && /import\.meta\.(?!url\b)/.test(code))
        throw new Error(`${toPath(ROOT, id)} may ask import.meta for its url only`);
      const place = toPath(folder, id).split('/').map(encodeURIComponent).join('/');
      return code
        .replaceAll(THREAD, (_, path) => {
          const program = this.emitFile({ type: 'chunk', id: join(dirname(id), path) });
          return `new URL(import.meta.ROLLUP_FILE_URL_${program})`;
        })
        .replaceAll('import.meta.url', `(new URL('${place}', import.meta.url).href)`);
    },
  };
}

/** @param {string} id */
function isSource(id) {
  return isAbsolute(id) && !toPath(ROOT, id).split('/').includes('node_modules');
}

/** @param {string} from @param {string} to */
function toPath(from, to) {
  return relative(from, to).split(sep).join('/');
}

/**
 * Whole or not at all: a bundle that was cut short in the making is none.
 * @param {string} folder
 * @param {import('./find-bundle.mjs').Manifest} manifest
 */
function writeManifest(folder, manifest) {
  const file = join(folder, 'bundle.json');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(manifest));
  renameSync(draft, file);
}

/** @param {string} folder */
function removeOld(folder) {
  const made = readdirSync(folder)
    .filter((name) => name.startsWith('made-'))
    .map((name) => join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const old of made.slice(BUNDLES_KEPT)) rmSync(old, { recursive: true, force: true });
}
