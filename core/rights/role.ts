/** Roles and policies as the configuration says them, with group names resolved to ids. */
import type { ConfiguredGroup } from './configured-group.ts';

/** `vm.create`, or `vm.*` for all of a noun. Estate-wide settings are never meant by a pattern. */
export type ActionPattern = string;

/** Who has one of these is an administrator, and is told where nobody else can help. */
export const ADMINISTRATION: ReadonlySet<string> = new Set(['connection.accept', 'vm.identify']);

/** Rights that only their own full name gives: who may see all hosts by `host.*` may not empty one. */
export const ESTATE_WIDE: ReadonlySet<string> = new Set([
  ...ADMINISTRATION,
  'host.maintenance.enter',
  'host.maintenance.exit',
  'cluster.balance',
]);

/** Where a role or a rule holds; an absent part holds everywhere. */
export interface Scope {
  readonly connections?: readonly string[] | undefined;
  readonly clusters?: readonly string[] | undefined;
  /** Folder paths; what lies below belongs to them. */
  readonly folders?: readonly string[] | undefined;
  /** Only what belongs to the person who asks. */
  readonly owner?: 'self' | undefined;
}

export interface Amounts {
  readonly vms?: number | undefined;
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
}

export interface Role {
  readonly name: string;
  /** Where it stands in the configuration. */
  readonly line: number;
  /** One of which disagrees: the role grants nothing to anybody (H28). */
  readonly members: readonly ConfiguredGroup[];
  readonly allow: readonly ActionPattern[];
  readonly deny: readonly ActionPattern[];
  readonly scope: Scope;
  /** Names; absent: all. */
  readonly templates?: readonly string[] | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly quota: { readonly role?: Amounts | undefined; readonly member?: Amounts | undefined };
}

/** What a thing is to roles and rules. `undefined` is unknown: no match for allow, a match for deny. */
export interface ScopeFacts {
  readonly connectionId: string;
  /** `null`: in no cluster. */
  readonly clusterName: string | null | undefined;
  /** `null`: not in a folder (a host, a datastore). */
  readonly folderPath: string | null | undefined;
  readonly ownerId: string | null;
}

export function isAction(pattern: ActionPattern, action: string): boolean {
  if (pattern === action) return true;
  return (
    pattern.endsWith('.*') && !ESTATE_WIDE.has(action) && action.startsWith(pattern.slice(0, -1))
  );
}

/** A deny by pattern means everything of its noun, estate-wide rights too. */
export function isDenied(pattern: ActionPattern, action: string): boolean {
  return pattern === action || (pattern.endsWith('.*') && action.startsWith(pattern.slice(0, -1)));
}

export type Match = 'yes' | 'no' | 'unknown';

/** Whether a thing lies in a scope for this person. */
export function matchScope(scope: Scope, facts: ScopeFacts, personId: string): Match {
  const parts: Match[] = [
    matchList(scope.connections, facts.connectionId),
    matchList(scope.clusters, facts.clusterName),
    matchFolders(scope.folders, facts.folderPath),
    scope.owner === 'self' ? toMatch(facts.ownerId === personId) : 'yes',
  ];
  if (parts.includes('no')) return 'no';
  return parts.includes('unknown') ? 'unknown' : 'yes';
}

function matchList(list: readonly string[] | undefined, value: string | null | undefined): Match {
  if (!list) return 'yes';
  if (value === undefined) return 'unknown';
  return toMatch(value !== null && list.includes(value));
}

function matchFolders(
  folders: readonly string[] | undefined,
  path: string | null | undefined,
): Match {
  if (!folders) return 'yes';
  if (path === undefined) return 'unknown';
  return toMatch(
    path !== null &&
      folders.some((folder) => path === folder || path.startsWith(withSlash(folder))),
  );
}

function withSlash(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`;
}

function toMatch(isMatch: boolean): Match {
  return isMatch ? 'yes' : 'no';
}
