import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds the test files that the arguments name: files, folders or glob patterns, `test/` in front or
 * not, or a source file, whose test is meant; all of them without arguments. Absolute paths, sorted.
 */
export function findTestFiles(
  projectFolder: string,
  patterns: readonly string[],
): readonly string[] {
  const globs = patterns.length === 0 ? ['test'] : patterns;
  const files = globs.flatMap((pattern) => {
    const found = expand(projectFolder, pattern);
    return found.length > 0 ? found : expand(projectFolder, join('test', toTestName(pattern)));
  });
  return [...new Set(files)].map((file) => join(projectFolder, file)).sort();
}

function toTestName(pattern: string): string {
  return pattern.replace(/(?<!\.test)\.ts$/, '.test.ts');
}

function expand(projectFolder: string, pattern: string): readonly string[] {
  const isFolder = statSync(join(projectFolder, pattern), { throwIfNoEntry: false })?.isDirectory();
  const glob = isFolder ? join(pattern, '**/*.test.ts') : pattern;
  const files = globSync(glob, {
    cwd: projectFolder,
    exclude: (path) => /node_modules/.test(path),
  });
  return files.filter((file) => file.endsWith('.test.ts'));
}
