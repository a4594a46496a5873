// Plain JavaScript, as start.mjs is: what decides which program to load must itself load at once.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder that holds bot, core, adapters and approvals. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Among the packages: what is bundled holds them, and goes with them when others are installed. */
export const BUNDLE_FOLDER = join(ROOT, 'node_modules', '.cache', 'drover', 'bundle');

/**
 * What a bundle was made of.
 * @typedef {object} Manifest
 * @property {string} entry the file that begins the program, in the bundle's folder
 * @property {Readonly<Record<string, string>>} sources by path from the root, in which state each was read
 */

/**
 * The program as `make-bundle.mjs` left it, unless a source was changed or other packages were installed since: then
 * there is none, and the sources themselves are run.
 * @param {string} [folder]
 * @param {string} [root]
 * @returns {string | undefined} the URL of the file to import
 */
export function findBundle(folder = BUNDLE_FOLDER, root = ROOT) {
  const manifest = readManifest(folder);
  if (manifest === undefined) return undefined;
  const isCurrent = Object.entries(manifest.sources).every(
    ([path, state]) => readState(join(root, path)) === state,
  );
  return isCurrent ? pathToFileURL(join(folder, manifest.entry)).href : undefined;
}

/**
 * Tells two states of a file apart without reading it.
 * @param {string} file
 * @returns {string | undefined} nothing where there is no such file
 */
export function readState(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.size} ${found.mtimeMs}`;
}

/**
 * @param {string} folder
 * @returns {Manifest | undefined}
 */
function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
  } catch {
    // None, or none that can be read: the sources are the program, and nothing is lost but time.
    return undefined;
  }
}
