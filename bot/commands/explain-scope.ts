/** Where an explained command would act: on what it names, or in the folder and cluster it wishes. */
import { type EstateObject, OBJECT_KINDS, type ObjectKind } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { Place } from '#core/rights/authorize-each.ts';
import type { Draft } from '../cards/draft.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { CONNECTION_WORDS } from '../words/en/connection-words.ts';
import type { Asking, CommandDefinition } from './command.ts';
import { resolveObject } from './resolve-name.ts';
import { resolveNamed } from './resolve-named.ts';
import { isConnectionSeen, listSeenConnections } from './seen-connections.ts';
import { textOption } from './typed-change.ts';

export interface ExplainedScope {
  /** Empty: the command names no place, so it is asked whether any allows it. */
  readonly places: readonly Place[];
  /** What it names, in the order of the places. */
  readonly targets: readonly EstateObject[];
  readonly names: { readonly templateName?: string; readonly networkName?: string };
}

export async function findExplainedScope(
  asking: Asking,
  { target }: CommandDefinition,
  typed: Typed,
): Promise<ExplainedScope | { readonly reply: Draft }> {
  const names = toNames(typed);
  if (!target || typed.target === undefined) return findWishedScope(asking, typed, names);
  if (target.kind === 'connection') return findConnection(asking, typed.target);
  const kind = OBJECT_KINDS.find((one) => one === target.kind);
  if (!kind) return findWishedScope(asking, typed, names);
  const connectionId = textOption(typed, 'connection');
  const at = { position: target.name, connectionId };
  const resolved = await resolveNamed(asking, kind, typed, at);
  if ('reply' in resolved) return resolved;
  const { found } = resolved;
  const places = found.map((object) => ({
    scope: scopeOf(asking.house.index, object),
    ...(found.length > 1 ? { name: object.body.name } : {}),
  }));
  return { names, targets: found, places };
}

/** A new VM comes to a folder, and to a cluster where one is wished; it belongs to who asks. */
async function findWishedScope(
  asking: Asking,
  typed: Typed,
  names: ExplainedScope['names'],
): Promise<ExplainedScope | { readonly reply: Draft }> {
  const folder = textOption(typed, 'folder');
  const nowhere = { names, places: [], targets: [] };
  if (folder === undefined || typed.name !== 'vm.create') return nowhere;
  const resolved = await resolve(asking, typed, 'folder', 'folder', folder);
  if ('reply' in resolved) return resolved;
  const { connectionId, body } = resolved.found as EstateObject<'folder'>;
  const clusterName = textOption(typed, 'cluster');
  const scope = { connectionId, clusterName, folderPath: body.path, ownerId: asking.person.id };
  return { ...nowhere, places: [{ scope }] };
}

function resolve(asking: Asking, typed: Typed, kind: ObjectKind, position: string, name: string) {
  const connectionId = textOption(typed, 'connection');
  return resolveObject(asking, kind, name, { position, connectionId, typedAt: typed.at[position] });
}

/** Roles may name one that this person may see nothing of: what they say of it is not told either. */
async function findConnection(
  asking: Asking,
  connectionId: string,
): Promise<ExplainedScope | { readonly reply: Draft }> {
  if (!(await isConnectionSeen(asking, connectionId))) {
    const known = await listSeenConnections(asking);
    return { reply: plainRefusal(...CONNECTION_WORDS.none(connectionId, known)) };
  }
  const scope = { connectionId, clusterName: null, folderPath: null, ownerId: null };
  return { names: {}, targets: [], places: [{ scope }] };
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
