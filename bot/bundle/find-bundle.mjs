// Plain JavaScript, as start.mjs is: what decides which program to load must itself load at once.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder that holds bot, core, adapters and approvals. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Not among the packages: a server that runs from it outlives those when others are installed. */
export const BUNDLE_FOLDER = join(ROOT, '.bundle');

/**
 * What a bundle is and was made of.
 * @typedef {object} Manifest
 * @property {string} entry the file that begins the program, in the bundle's folder
 * @property {Readonly<Record<string, string>>} files by path from the root, its state: each source as it was read, what is
 *   installed, and the bundle's own files
 */

/**
 * The program as `make-bundle.mjs` left it, unless a source was changed or other packages were installed since, or it is
 * not whole: then there is none, and the sources themselves are run.
 * @param {string} [folder]
 * @param {string} [root]
 * @returns {string | undefined} the URL of the file to import
 */
export function findBundle(folder = BUNDLE_FOLDER, root = ROOT) {
  try {
    /** @type {Manifest} */
    const { entry, files } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
    const isCurrent = Object.entries(files).every(
      ([path, state]) => readState(join(root, path)) === state,
    );
    return isCurrent ? pathToFileURL(join(folder, entry)).href : undefined;
  } catch {
    // None, or none that can be read: the sources are the program, and nothing is lost but time.
    return undefined;
  }
}

/**
 * Tells two states of a file apart without reading it. In whole seconds: images of containers keep no more.
 * @param {string} file
 * @returns {string | undefined} nothing where there is no such file
 */
export function readState(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.size} ${Math.floor(found.mtimeMs / 1000)}`;
}
