/** The app package: what an administrator uploads to Teams. */
import { strToU8, zipSync } from 'fflate';
import { iconFiles, type ManifestOptions, teamsManifest } from './manifest.ts';
import { drawColorIcon, drawOutlineIcon } from './manifest-icons.ts';

/** The same bytes for the same options. */
const madeAt = new Date(2020, 0, 1);

/** A zip with the manifest and both icons at its root. */
export function teamsPackage(options: ManifestOptions): Uint8Array {
  const manifest = strToU8(`${JSON.stringify(teamsManifest(options), undefined, 2)}\n`);
  const files = {
    'manifest.json': manifest,
    [iconFiles.color]: drawColorIcon(),
    [iconFiles.outline]: drawOutlineIcon(),
  };
  return zipSync(files, { mtime: madeAt });
}
