/** The options by which lists are narrowed down. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { OptionShape } from '../grammar/command-shape.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import type { Asking } from './command.ts';
import { matchGlob } from './match-glob.ts';
import { textOption } from './typed-change.ts';

export interface Place {
  readonly kind: ObjectKind;
  nameOf(object: EstateObject): string;
}

export interface Filter {
  readonly option: string;
  readonly typed: string;
  isMatch(object: EstateObject): boolean;
  /** Values that an object gives to choose from, for suggestions; patterns and states have none. */
  valuesOf?(object: EstateObject): readonly string[];
  /** The things that its value names: one may be there and hold nothing. */
  readonly place?: Place | undefined;
}

export const CONNECTION_OPTION: OptionShape = {
  ...{ name: 'connection', type: 'name', kind: 'connection' },
  summary: 'only of this connection',
};
export const CLUSTER_OPTION: OptionShape = {
  ...{ name: 'cluster', type: 'name', kind: 'cluster' },
  summary: 'only in this cluster',
};
export const HOST_OPTION: OptionShape = {
  ...{ name: 'host', type: 'name', kind: 'host' },
  summary: 'only on this host',
};
export const FOLDER_OPTION: OptionShape = {
  ...{ name: 'folder', type: 'name', kind: 'folder' },
  summary: 'only in this folder and below, by its path: /prod/web',
};
export const MATCH_OPTION: OptionShape = {
  ...{ name: 'match', type: 'text' },
  summary: 'only names like this; * stands for any letters',
};
export const LIMIT_OPTION: OptionShape = {
  ...{ name: 'limit', type: 'count', max: 500 },
  summary: 'how many are shown; 25 when left out',
};

/** Those of the common options that were given. Exact values, but for the pattern (H08). */
export function toFilters({ house: { index } }: Asking, typed: Typed): Filter[] {
  const of = (option: string, make: (value: string) => Omit<Filter, 'option' | 'typed'>) => {
    const value = textOption(typed, option);
    return value === undefined ? [] : [{ option, typed: value, ...make(value) }];
  };
  return [
    ...of('connection', (value) => exactly(value, ({ connectionId }) => connectionId)),
    ...of('cluster', (value) =>
      toPlace('cluster', value, (object) => scopeOf(index, object).clusterName ?? undefined),
    ),
    ...of('host', (value) => toPlace('host', value, (object) => hostNameOf(index, object))),
    ...of('folder', (value) => inFolder(index, value)),
    ...of('match', (value) => ({ isMatch: ({ body }) => matchGlob(value, body.name) })),
  ];
}

function toPlace(
  kind: ObjectKind,
  value: string,
  find: (object: EstateObject) => string | undefined,
): Omit<Filter, 'option' | 'typed'> {
  return { ...exactly(value, find), place: { kind, nameOf: ({ body }) => body.name } };
}

function exactly(
  value: string,
  find: (object: EstateObject) => string | undefined,
): Omit<Filter, 'option' | 'typed'> {
  return {
    isMatch: (object) => find(object) === value,
    valuesOf: (object) => [find(object) ?? []].flat(),
  };
}

/** In the folder of this path or of this name, or below it. */
function inFolder(index: EstateIndex, value: string): Omit<Filter, 'option' | 'typed'> {
  const paths = (object: EstateObject) => toPathsAbove(scopeOf(index, object).folderPath ?? '');
  const isPath = value.startsWith('/');
  const nameOf = (path: string) => (isPath ? path : path.slice(path.lastIndexOf('/') + 1));
  return {
    isMatch: (object) => paths(object).some((path) => nameOf(path) === value),
    valuesOf: (object) => paths(object).map(nameOf),
    place: {
      kind: 'folder',
      nameOf: ({ kind, body }) => (kind === 'folder' && isPath ? body.path : body.name),
    },
  };
}

/** `/`, `/prod` and `/prod/web` of `/prod/web`; none of what is in no known folder. */
function toPathsAbove(path: string): string[] {
  if (!path.startsWith('/')) return [];
  const paths = ['/'];
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1))
    paths.push(path.slice(0, end));
  return path === '/' ? paths : [...paths, path];
}

function hostNameOf(index: EstateIndex, object: EstateObject): string | undefined {
  if (object.kind !== 'vm' && object.kind !== 'template') return undefined;
  const { hostHandle } = object.body;
  return hostHandle && index.byHandle(object.connectionId, 'host', hostHandle)?.body.name;
}
