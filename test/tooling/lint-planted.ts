import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';
import { projectFolder } from '../helpers/peers/vcenter-build.ts';

/** One finding of Biome. */
export interface Finding {
  /** Such as `lint/style/noRestrictedImports`. */
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

/** Lints files that are laid out like the project, with the project's own biome.json. */
export function lintPlanted(files: Readonly<Record<string, string>>): readonly Finding[] {
  using folder = createTemporaryFolder('planted');
  for (const name of ['biome.json', '.gitignore', 'package.json']) {
    cpSync(join(projectFolder, name), join(folder.path, name));
  }
  symlinkSync(join(projectFolder, 'node_modules'), join(folder.path, 'node_modules'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, file)), { recursive: true });
    writeFileSync(join(folder.path, file), text);
  }
  const args = ['lint', '--reporter=json', '--max-diagnostics=none'];
  const { stdout } = spawnSync(join(projectFolder, 'node_modules/.bin/biome'), args, {
    cwd: folder.path,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const report: Report = JSON.parse(stdout);
  return report.diagnostics.map(({ category, location }) => ({
    rule: category,
    file: location?.path ?? '',
    line: location?.start?.line ?? 0,
  }));
}

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location?: { readonly path?: string; readonly start?: { readonly line?: number } };
  }[];
}
