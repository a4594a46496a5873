/** From a typed path to the folder of a new VM; left out, the first one in which this person may make VMs. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Draft, DraftAction } from '../cards/draft.ts';
import { plainRefusal, runButton } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { quoteWord } from '../grammar/quote.ts';
import { suggestNearest } from '../grammar/suggest.ts';
import { CREATE_WORDS } from '../words/en/create-words.ts';
import type { Asking } from './command.ts';
import { maySee } from './resolve-name.ts';
import { textOption } from './typed-change.ts';

const SHOWN_AT_MOST = 8;

type Folder = EstateObject<'folder'>;
type Resolved = { readonly found: Folder } | { readonly reply: Draft };

/** A VM comes to the connection of its template. */
export function resolveFolder(asking: Asking, typed: Typed, template: EstateObject): Resolved {
  const path = textOption(typed, 'folder');
  const all = [...asking.house.index.all('folder')];
  const folders = all.filter(({ connectionId }) => connectionId === template.connectionId);
  const found =
    path === undefined
      ? chooseFolder(asking, folders)
      : folders.find((one) => one.body.path === path && exists(asking, one));
  if (found) return { found };
  const known = folders
    .filter((folder) => mayCreateIn(asking, folder))
    .map(({ body }) => body.path)
    .toSorted();
  const elsewhere = all
    .filter((folder) => folder.body.path === path && mayCreateIn(asking, folder))
    .map(({ connectionId }) => connectionId);
  return { reply: refuseFolder(asking, typed, { template, path, known, elsewhere }) };
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
  const words = [
    CREATE_WORDS.folders(known.slice(0, SHOWN_AT_MOST), connectionId, body.name),
    ...(path !== undefined && elsewhere.length > 0
      ? [CREATE_WORDS.folderElsewhere(path, elsewhere)]
      : []),
    CREATE_WORDS.nothing,
  ];
  const near = path === undefined ? undefined : suggestNearest(path, known);
  return plainRefusal(title, words.join(' '), [
    ...(near ? toRetry(asking, typed, near) : []),
    ...elsewhere.slice(0, 1).map((id) => runButton(`template list --connection ${quoteWord(id)}`)),
  ]);
}

/** The same line with that folder. */
function toRetry({ text }: Asking, { at }: Typed, path: string): DraftAction[] {
  const span = at.folder;
  if (!span) return [];
  return [runButton(text.slice(0, span.start) + quoteWord(path) + text.slice(span.end))];
}

/** Folders that a role names come first, in the order of the configuration; the root is the last resort. */
function chooseFolder(asking: Asking, folders: readonly Folder[]): Folder | undefined {
  const named = asking.house.rules.roles.flatMap(({ scope }) => scope.folders ?? []);
  const order = [...named, '/'];
  const candidates = order.flatMap((path) => folders.find(({ body }) => body.path === path) ?? []);
  return (
    candidates.find((folder) => mayCreateIn(asking, folder)) ??
    folders.find((folder) => mayCreateIn(asking, folder))
  );
}

/** For this person: where VMs may be made, or what may be seen (H08). */
function exists(asking: Asking, folder: Folder): boolean {
  return mayCreateIn(asking, folder) || maySee(asking, 'folder')(folder);
}

function mayCreateIn({ house, person }: Asking, { connectionId, body }: Folder): boolean {
  const scope = { connectionId, folderPath: body.path, clusterName: undefined, ownerId: person.id };
  return authorize({ person, action: 'vm.create', scope }, house.rules.roles).allowed;
}
