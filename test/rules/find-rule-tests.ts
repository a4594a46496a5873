import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readImports } from '../tooling/read-imports.ts';
import { readTests } from './read-tests.ts';
import { type RuleNumber, ruleNumbers } from './rule-titles.ts';

export type RuleTests = Readonly<Record<RuleNumber, readonly string[]>>;

/**
 * Finds the tests that carry each rule's number, as `file: test name`.
 *
 * Read are the test files and what they import from test/: a contract's tests count only if some
 * test file runs the contract.
 */
export function findRuleTests(projectFolder: string): RuleTests {
  const found = Object.fromEntries(ruleNumbers.map((number) => [number, []])) as unknown as Record<
    RuleNumber,
    string[]
  >;
  for (const [file, source] of readTestSources(projectFolder)) {
    for (const name of readTests(source)) {
      for (const number of findNumbers(name)) found[number as RuleNumber]?.push(`${file}: ${name}`);
    }
  }
  return found;
}

/** The numbers that stand in a name as words, each once. */
export function findNumbers(name: string): readonly string[] {
  return [...new Set(name.match(/\bH\d\d\b/g))];
}

function readTestSources(projectFolder: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const waiting = globSync('test/**/*.test.ts', { cwd: projectFolder }).map(toPosix).sort();
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (sources.has(file)) continue;
    const source = readFileSync(join(projectFolder, file), 'utf8');
    sources.set(file, source);
    waiting.push(...findTestImports(file, source));
  }
  return sources;
}

function findTestImports(file: string, source: string): readonly string[] {
  return readImports(source)
    .map(({ specifier }) => toProjectPath(file, specifier))
    .filter((path) => path.startsWith('test/') && path.endsWith('.ts'));
}

function toProjectPath(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
}

function toPosix(path: string): string {
  return path.replaceAll('\\', '/');
}
