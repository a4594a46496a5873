/** `vm create`: a new VM from a template. Wishes left open are filled by the template and by placement. */

import type { EstateObject } from '#core/inventory/estate-object.ts';
import { vmCreate } from '#core/operations/vm-create.ts';
import type { VmCreateInput } from '#core/operations/vm-create-wish.ts';
import type { Draft } from '../cards/draft.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import { submitChange } from '../conversation/submit-change.ts';
import { findInvisible } from '../grammar/find-invisible.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { CONNECTION_WORDS } from '../words/en/connection-words.ts';
import { type Asking, answer, CHANGE_OPTIONS, defineCommand } from './command.ts';
import type { FolderlessWish } from './create-places.ts';
import { resolveFolder } from './resolve-folder.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { resolveNetworks } from './resolve-networks.ts';
import { isConnectionSeen, listSeenConnections } from './seen-connections.ts';
import { numberOption, textOption, toAsked } from './typed-change.ts';

export const vmCreateCommand = defineCommand({
  words: ['vm', 'create'],
  summary: 'make a VM from a template',
  right: 'vm.create',
  changes: true,
  target: { name: 'name', kind: 'new-vm', required: true },
  options: [
    {
      name: 'template',
      type: 'name',
      kind: 'template',
      summary: 'what it is made from',
      required: true,
    },
    { name: 'folder', type: 'name', kind: 'folder', summary: 'where it belongs, as /prod/web' },
    {
      name: 'cpu',
      type: 'count',
      max: 768,
      summary: 'how many; as the template has when left out',
    },
    { name: 'memory', type: 'size', summary: 'as 16GiB; as the template has when left out' },
    { name: 'disk', type: 'size', summary: 'as 80GiB; as the template has when left out' },
    { name: 'network', type: 'name', kind: 'network', summary: 'of its first adapter' },
    {
      name: 'connection',
      type: 'name',
      kind: 'connection',
      summary: 'which vCenter or Hyper-V',
      isRare: true,
    },
    { name: 'cluster', type: 'name', kind: 'cluster', summary: 'only on its hosts', isRare: true },
    { name: 'host', type: 'name', kind: 'host', summary: 'only on this one', isRare: true },
    {
      name: 'datastore',
      type: 'name',
      kind: 'datastore',
      summary: 'only on this one',
      isRare: true,
    },
    {
      name: 'start',
      type: 'boolean',
      summary: 'once it is made; yes when left out',
      isOnAtFirst: true,
    },
    ...CHANGE_OPTIONS,
  ],
  examples: [
    'vm create web-07 --template ubuntu-24',
    'vm create web-07 --template ubuntu-24 --cpu 4 --memory 16GiB --disk 80GiB --network VLAN-100 --reason "load test"',
    'vm create web-07 --template ubuntu-24 --folder /test --start=false --plan',
  ],
  async run(asking, typed) {
    const resolved = await resolveWish(asking, typed);
    if ('reply' in resolved) return answer(resolved.reply);
    return submitChange(asking, {
      operation: vmCreate,
      input: resolved.found,
      ...toAsked(typed),
    });
  },
});

type Resolved<T> = { readonly found: T } | { readonly reply: Draft };

/** Characters that a platform or a file system does not take in a name, and the length it does. */
const NAME_AT_MOST = 80;

async function resolveWish(asking: Asking, typed: Typed): Promise<Resolved<VmCreateInput>> {
  const name = typed.target ?? '';
  const odd = refuseOddName(name);
  if (odd) return { reply: odd };
  const connectionId = textOption(typed, 'connection');
  if (connectionId !== undefined && !(await isConnectionSeen(asking, connectionId))) {
    const known = await listSeenConnections(asking);
    return { reply: plainRefusal(...CONNECTION_WORDS.none(connectionId, known)) };
  }
  const resolved = await resolve(asking, typed, 'template', connectionId);
  if ('reply' in resolved) return resolved;
  const template = resolved.found;
  const where = await resolvePlace(asking, typed, template.connectionId);
  if ('reply' in where) return where;
  const wish = toWish(typed, { name, template, ...where.found });
  const folder = resolveFolder(asking, typed, { template, wish });
  if ('reply' in folder) return folder;
  return { found: { ...wish, folderId: folder.found.id } };
}

interface Parts {
  readonly name: string;
  readonly template: EstateObject;
  readonly clusterId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly datastoreId?: string | undefined;
  readonly networkIds?: string[] | undefined;
}

function toWish(typed: Typed, { name, template, ...place }: Parts): FolderlessWish {
  const cpus = numberOption(typed, 'cpu');
  const memoryBytes = numberOption(typed, 'memory');
  const diskBytes = numberOption(typed, 'disk');
  const wished = { cpus, memoryBytes, diskBytes, ...place };
  const given = Object.fromEntries(
    Object.entries(wished).filter(([, value]) => value !== undefined),
  );
  const own = { connectionId: template.connectionId, name, templateId: template.id };
  return { ...own, ...given, start: typed.options.start !== false };
}

function resolve<K extends 'template' | 'host' | 'datastore' | 'cluster'>(
  asking: Asking,
  typed: Typed,
  kind: K,
  connectionId: string | undefined,
): Promise<Resolved<EstateObject<K>>> {
  const may = mayOn(asking, `${kind}.list`);
  const options = {
    position: kind,
    may,
    typedAt: typed.at[kind],
    elsewhere: kind === 'template' ? 'template' : 'make',
    ...(connectionId ? { connectionId } : {}),
  } as const;
  return resolveObject(asking, kind, textOption(typed, kind) ?? '', options);
}

type Place = Pick<Parts, 'clusterId' | 'hostId' | 'datastoreId' | 'networkIds'>;

async function resolvePlace(
  asking: Asking,
  typed: Typed,
  connectionId: string,
): Promise<Resolved<Place>> {
  const found: Record<string, string | string[]> = {};
  for (const kind of ['cluster', 'host', 'datastore'] as const) {
    if (textOption(typed, kind) === undefined) continue;
    const resolved = await resolve(asking, typed, kind, connectionId);
    if ('reply' in resolved) return resolved;
    found[`${kind}Id`] = resolved.found.id;
  }
  const network = textOption(typed, 'network');
  if (network === undefined) return { found };
  const networks = await resolveNetworks(asking, {
    ...{ name: network, connectionId, typedAt: typed.at.network, elsewhere: 'make' },
  });
  return 'reply' in networks ? networks : { found: { ...found, networkIds: networks.found } };
}

/** A new name must be one that everybody can type and tell from others (H08). */
function refuseOddName(name: string): Draft | undefined {
  const title = 'That name cannot be given';
  const odd = findInvisible(name)[0];
  if (odd) {
    const what =
      odd.kind === 'invisible' ? 'an invisible character' : 'a letter that looks like another';
    return plainRefusal(
      title,
      `It has ${what} at place ${odd.index + 1} (${odd.codePoint} ${odd.name}). Type it anew. Nothing was done.`,
    );
  }
  if (name.trim() !== name || name === '')
    return plainRefusal(title, 'It begins or ends with a space. Nothing was done.');
  if ([...name].length > NAME_AT_MOST)
    return plainRefusal(title, `It is longer than ${NAME_AT_MOST} characters. Nothing was done.`);
  return undefined;
}
