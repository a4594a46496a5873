import { posix } from 'node:path';

/** From right to left: a folder imports from those before it. */
const layers = ['core', 'approvals', 'adapters', 'bot'] as const;

/** The only files of bot/ that import adapters. */
const composing = [
  'bot/compose.ts',
  'bot/compose-connections.ts',
  'bot/compose-rehearsal.ts',
  'bot/config.ts',
];

/** Where each SDK may be imported: a prefix of the file's path. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@mikro-orm/': ['adapters/database/'],
  '@mikro-orm/sql': [
    'adapters/database/',
    'adapters/work-queue-embedded/',
    'adapters/work-queue-pg-boss/',
  ],
  kysely: ['adapters/database/', 'adapters/work-queue-embedded/', 'adapters/work-queue-pg-boss/'],
  'pg-boss': ['adapters/work-queue-pg-boss/'],
  soap: ['adapters/vmware/'],
  saxes: ['adapters/vmware/', 'adapters/hyperv/'],
  kerberos: ['adapters/hyperv/'],
  ldapts: ['adapters/active-directory/'],
  express: ['bot/web/', 'bot/console/'],
  '@slack/': ['bot/slack/'],
  '@resvg/': ['bot/pictures/'],
  botbuilder: ['bot/teams/'],
  '@microsoft/teams': ['bot/teams/'],
  adaptivecards: ['bot/teams/', 'bot/console/'],
};

/** All that core and approvals may import from outside. */
const pureImports = ['zod', 'node:crypto'];

/** What one file needs besides: how a port knows that it is called inside a transaction. */
const ownImports: Readonly<Record<string, readonly string[]>> = {
  'core/ports/inside-transaction.ts': ['node:async_hooks'],
};

/**
 * Says what is wrong with an import of shipped code; undefined when nothing is.
 *
 * The same rules as in biome.json, which shows them in the editor. This one sees what Biome does not:
 * `import('…')` in a type, and that core imports nothing it was not given.
 */
export function findImportFault(file: string, specifier: string): string | undefined {
  const target = toProjectPath(file, specifier);
  if (target === undefined) return findPackageFault(file, specifier);
  const [from, to] = [topFolder(file), topFolder(target)];
  if (to === 'test' || to === 'bench') return `shipped code never imports ${to}/`;
  if (from !== to && specifier.startsWith('.')) return `across folders it is #${target}`;
  if (layerOf(to) > layerOf(from)) return `${from} never imports ${to}`;
  if (from === 'bot' && to === 'adapters' && !composing.includes(file)) {
    return `only ${composing.join(' and ')} import adapters`;
  }
  return undefined;
}

function toProjectPath(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  return undefined;
}

function topFolder(path: string): string {
  return path.split('/')[0] ?? '';
}

function layerOf(folder: string): number {
  return (layers as readonly string[]).indexOf(folder);
}

function findPackageFault(file: string, specifier: string): string | undefined {
  if (['core', 'approvals'].includes(topFolder(file)) && !isPure(file, specifier)) {
    return `core and approvals import nothing but ${pureImports.join(' and ')}`;
  }
  const sdk = Object.keys(homes)
    .filter((name) => specifier.startsWith(name))
    .sort((a, b) => b.length - a.length)[0]; // the longest: @mikro-orm/sql before @mikro-orm/
  const allowed = sdk === undefined ? undefined : homes[sdk];
  if (!allowed || allowed.some((home) => file.startsWith(home))) return undefined;
  return `${specifier} is imported only in ${allowed.join(', ')}`;
}

function isPure(file: string, specifier: string): boolean {
  return [...pureImports, ...(ownImports[file] ?? [])].includes(specifier);
}
