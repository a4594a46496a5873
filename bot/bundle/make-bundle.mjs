// Puts the program and its packages into a few files, so that a start opens dozens of files and not two thousand.
// Plain JavaScript: `npm ci` makes the bundle also where the Node it runs on knows no TypeScript.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { BUNDLE_FOLDER, ROOT, readState } from './find-bundle.mjs';

/** Besides the sources: with other packages than these it is another program. */
const PACKAGES = ['package.json', 'node_modules/.package-lock.json'];
/** A program of its own, as threads are given it. */
const THREAD = /new URL\('([^']+\.ts)', import\.meta\.url\)/g;
/** Brought by the operator after the rest was installed, where it is wanted. */
const BROUGHT = ['kerberos'];

/**
 * What was bundled before stays where it is: a server that runs from it still loads parts of it.
 * @param {object} [options]
 * @param {string} [options.entry] the module that begins the program, from the root
 * @param {string} [options.folder] where the files go
 * @param {readonly string[]} [options.apart] packages that are loaded as they are
 * @returns {Promise<string>} the file that begins the program
 */
export async function makeBundle({
  entry = 'bot/main.ts',
  folder = BUNDLE_FOLDER,
  apart = BROUGHT,
} = {}) {
  /** @type {Record<string, string>} */
  const sources = {};
  for (const file of PACKAGES) sources[file] = readState(join(ROOT, file)) ?? '';
  const input = join(ROOT, entry);
  const bundle = await rolldown({
    cwd: ROOT,
    input,
    platform: 'node',
    external: apart.map((name) => new RegExp(`^${name}(/|$)`)),
    // Packages that another package looks for and does without.
    checks: { unresolvedImport: false },
    plugins: [keepPlaces(folder, sources)],
  });
  mkdirSync(folder, { recursive: true });
  const { output } = await bundle.write({
    dir: folder,
    entryFileNames: '[name]-[hash].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundle.close();
  const begins = output.find((file) => file.type === 'chunk' && file.facadeModuleId === input);
  if (begins === undefined) throw new Error(`the bundle has no ${entry}`);
  writeManifest(folder, { entry: begins.fileName, sources });
  return join(folder, begins.fileName);
}

/**
 * Notes each source in the state in which it is read, and keeps what `import.meta.url` says: where the source is, so that
 * what stands beside it is still found. Programs of threads are bundled too.
 * @param {string} folder
 * @param {Record<string, string>} sources
 * @returns {import('rolldown').Plugin}
 */
function keepPlaces(folder, sources) {
  return {
    name: 'keep-places',
    load(id) {
      if (isSource(id)) sources[toPath(ROOT, id)] = readState(id) ?? '';
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
  return isAbsolute(id) && !toPath(ROOT, id).startsWith('node_modules/');
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
  writeFileSync(`${file}.new`, JSON.stringify(manifest));
  renameSync(`${file}.new`, file);
}
