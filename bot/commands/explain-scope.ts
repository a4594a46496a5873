/** Where an explained command would act: on the object that it names, or in the folder and cluster it wishes. */
import { type EstateObject, OBJECT_KINDS, type ObjectKind } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { ScopeFacts } from '#core/rights/role.ts';
import type { Draft } from '../cards/draft.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import type { Asking, CommandDefinition } from './command.ts';
import { resolveObject } from './resolve-name.ts';
import { textOption } from './typed-change.ts';

export interface ExplainedScope {
  /** Absent: the command names no place, so it is asked whether any allows it. */
  readonly scope?: ScopeFacts | undefined;
  readonly target?: EstateObject | undefined;
  readonly names: { readonly templateName?: string; readonly networkName?: string };
}

export async function findExplainedScope(
  asking: Asking,
  { target }: CommandDefinition,
  typed: Typed,
): Promise<ExplainedScope | { readonly reply: Draft }> {
  const names = toNames(typed);
  if (!target || typed.target === undefined) return findWishedScope(asking, typed, names);
  if (target.kind === 'connection') return { names, scope: scopeOfConnection(typed.target) };
  const kind = OBJECT_KINDS.find((one) => one === target.kind);
  if (!kind) return findWishedScope(asking, typed, names);
  const resolved = await resolve(asking, typed, kind, target.name, typed.target);
  if ('reply' in resolved) return resolved;
  return { names, target: resolved.found, scope: scopeOf(asking.house.index, resolved.found) };
}

/** A new VM comes to a folder, and to a cluster where one is wished; it belongs to who asks. */
async function findWishedScope(
  asking: Asking,
  typed: Typed,
  names: ExplainedScope['names'],
): Promise<ExplainedScope | { readonly reply: Draft }> {
  const folder = textOption(typed, 'folder');
  if (folder === undefined || typed.name !== 'vm.create') return { names };
  const resolved = await resolve(asking, typed, 'folder', 'folder', folder);
  if ('reply' in resolved) return resolved;
  const { connectionId, body } = resolved.found as EstateObject<'folder'>;
  const clusterName = textOption(typed, 'cluster');
  const scope = { connectionId, clusterName, folderPath: body.path, ownerId: asking.person.id };
  return { names, scope };
}

function resolve(asking: Asking, typed: Typed, kind: ObjectKind, position: string, name: string) {
  const connectionId = textOption(typed, 'connection');
  return resolveObject(asking, kind, name, { position, connectionId, typedAt: typed.at[position] });
}

function scopeOfConnection(connectionId: string): ScopeFacts {
  return { connectionId, clusterName: null, folderPath: null, ownerId: null };
}

/** Roles may name the templates and networks they hold for. */
function toNames(typed: Typed): ExplainedScope['names'] {
  if (typed.name === 'vm.network.connect' && typeof typed.more.network === 'string')
    return { networkName: typed.more.network };
  if (typed.name !== 'vm.create') return {};
  const templateName = textOption(typed, 'template');
  const networkName = textOption(typed, 'network');
  return {
    ...(templateName === undefined ? {} : { templateName }),
    ...(networkName === undefined ? {} : { networkName }),
  };
}
