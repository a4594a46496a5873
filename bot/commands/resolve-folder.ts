/** From a typed path to the folder of a new VM; left out, the first one in which this person may make VMs. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { Draft, DraftAction } from '../cards/draft.ts';
import { plainRefusal, runButton } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { quoteWord } from '../grammar/quote.ts';
import { suggestNearest } from '../grammar/suggest.ts';
import { CREATE_WORDS } from '../words/en/create-words.ts';
import type { Asking } from './command.ts';
import {
  listOpenFolders,
  listWhereToMake,
  mayMakeAnyIn,
  mayMakeIn,
  type NewVm,
} from './create-places.ts';
import { maySee } from './resolve-name.ts';
import { textOption } from './typed-change.ts';

const SHOWN_AT_MOST = 8;

type Folder = EstateObject<'folder'>;
type Resolved = { readonly found: Folder } | { readonly reply: Draft };

/** A VM comes to the connection of its template. */
export function resolveFolder(asking: Asking, typed: Typed, vm: NewVm): Resolved {
  const path = textOption(typed, 'folder');
  const { connectionId } = vm.template;
  const all = [...asking.house.index.all('folder')];
  const folders = all.filter((folder) => folder.connectionId === connectionId);
  const found =
    path === undefined
      ? chooseFolder(asking, vm, folders)
      : folders.find((one) => one.body.path === path && exists(asking, vm, one));
  if (found) return { found };
  const known = listOpenFolders(asking, vm, folders)
    .map(({ body }) => body.path)
    .toSorted();
  const others = all.filter((one) => one.connectionId !== connectionId && one.body.path === path);
  const elsewhere = listWhereToMake(asking, others);
  return { reply: refuseFolder(asking, typed, { template: vm.template, path, known, elsewhere }) };
}

interface NoFolder {
  readonly template: EstateObject;
  readonly path: string | undefined;
  /** Paths of that connection in which this person may make VMs. */
  readonly known: readonly string[];
  /** Other connections that have such a folder. */
  readonly elsewhere: readonly string[];
}

function refuseFolder(
  asking: Asking,
  typed: Typed,
  { template, path, known, elsewhere }: NoFolder,
): Draft {
  const { connectionId, body } = template;
  const title =
    path === undefined
      ? CREATE_WORDS.noFolderOpen(connectionId)
      : CREATE_WORDS.noFolder(path, connectionId);
  // A form lists them all, or searches them.
  const form = `vm create --template ${quoteWord(body.name)}`;
  const left = known.length - SHOWN_AT_MOST;
  const words = [
    known.length === 0
      ? CREATE_WORDS.noFolders(connectionId, body.name)
      : CREATE_WORDS.folders(known.slice(0, SHOWN_AT_MOST), left > 0 ? { left, form } : undefined),
    ...(path !== undefined && elsewhere.length > 0
      ? [CREATE_WORDS.folderElsewhere(path, elsewhere)]
      : []),
    CREATE_WORDS.nothing,
  ];
  const near = path === undefined ? undefined : suggestNearest(path, known);
  return plainRefusal(title, words.join(' '), [
    ...(near ? toRetry(asking, typed, near) : []),
    ...(left > 0 ? [runButton(form)] : []),
    ...elsewhere.slice(0, 1).map((id) => runButton(`template list --connection ${quoteWord(id)}`)),
  ]);
}

/** The same line with that folder. */
function toRetry({ text }: Asking, { at }: Typed, path: string): DraftAction[] {
  const span = at.folder;
  if (!span) return [];
  return [runButton(text.slice(0, span.start) + quoteWord(path) + text.slice(span.end))];
}

/**
 * Folders that a role names come first, in the order of the configuration; the root is the last resort.
 *
 * By right alone: which rule holds depends on the size, and a larger VM must not come to another folder for it. Where
 * only the template or the network is in the way, the folder is found and the request says so.
 */
function chooseFolder(asking: Asking, { wish }: NewVm, folders: readonly Folder[]) {
  const named = asking.house.rules.roles.flatMap(({ scope }) => scope.folders ?? []);
  const order = [...named, '/'];
  const first = order.flatMap((path) => folders.find(({ body }) => body.path === path) ?? []);
  const candidates = [...first, ...folders];
  return (
    candidates.find((folder) => mayMakeIn(asking, wish, folder)) ??
    candidates.find((folder) => mayMakeAnyIn(asking, wish, folder))
  );
}

/** For this person: where VMs may be made, or what may be seen (H08). */
function exists(asking: Asking, { wish }: NewVm, folder: Folder): boolean {
  return mayMakeAnyIn(asking, wish, folder) || maySee(asking, 'folder')(folder);
}
