/**
 * Where a person may make VMs: folders judged as the request will be, by right and by rule.
 *
 * Of folders alone and of what the index knows, so that a list of them costs no look at the VMs.
 */

import { judgeRight } from '#approvals/judge-right.ts';
import { findStagesOfEach } from '#approvals/policy.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { NO_BOUNDS } from '#core/operations/plan-parts.ts';
import { vmCreate } from '#core/operations/vm-create.ts';
import { toSizes, type VmCreateInput } from '#core/operations/vm-create-wish.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Asking } from './command.ts';

type Folder = EstateObject<'folder'>;
type Who = Pick<Asking, 'house' | 'person'>;

/** All but the folder. */
export type FolderlessWish = Omit<VmCreateInput, 'folderId'>;

export interface NewVm {
  readonly template: EstateObject<'template'>;
  readonly wish: FolderlessWish;
}

/** Whether the person has the right to make this VM there. */
export function mayMakeIn(who: Who, wish: FolderlessWish, folder: Folder): boolean {
  return judge(who, wish, folder).rights?.allowed === true;
}

/** The same of a VM like this from any template and on any network, which roles may name. */
export function mayMakeAnyIn(who: Who, wish: FolderlessWish, folder: Folder): boolean {
  return mayMakeIn(who, toNameless(wish), folder);
}

/** Those in which the right holds and a rule lets it pass; where its names are in the way everywhere, without them. */
export function listOpenFolders(who: Who, vm: NewVm, folders: readonly Folder[]): Folder[] {
  const open = folders.filter((folder) => isOpen(who, vm, folder));
  if (open.length > 0) return open;
  const nameless = { ...vm, wish: toNameless(vm.wish) };
  return folders.filter((folder) => isOpen(who, nameless, folder));
}

function isOpen(who: Who, { wish, template }: NewVm, folder: Folder): boolean {
  const { rights, places } = judge(who, wish, folder);
  if (!rights?.allowed) return false;
  const { cpus, memoryBytes, diskBytes } = toSizes({ ...wish, folderId: folder.id }, template);
  const bounds = { ...NO_BOUNDS, atMost: { vms: 1, cpus, memoryBytes, diskBytes } };
  const question = {
    ...{ operation: vmCreate.name, places, personId: who.person.id },
    plan: { bounds },
  };
  return findStagesOfEach(question, who.house.rules.policies).verdict !== 'no_policy';
}

function judge({ house, person }: Who, wish: FolderlessWish, { id: folderId }: Folder) {
  const asked = { operation: vmCreate, input: { ...wish, folderId }, requesterId: person.id };
  return judgeRight(house, asked, person);
}

function toNameless(wish: FolderlessWish): FolderlessWish {
  return { ...wish, templateId: '', networkIds: [] };
}

/** Those of these connections, or of all, that have one of these folders, if this person may make VMs in it. */
export function listWhereToMake(
  who: Who,
  folders: Iterable<Folder>,
  connectionIds?: readonly string[],
): string[] {
  const { person, house } = who;
  if (!authorize({ person, action: vmCreate.name }, house.rules.roles).allowed) return [];
  const clusters = listRoleClusters(who);
  const found = new Set<string>();
  for (const folder of folders) {
    const { connectionId } = folder;
    if (connectionIds && !connectionIds.includes(connectionId)) continue;
    if (!found.has(connectionId) && mayOnSomeCluster(who, folder, clusters))
      found.add(connectionId);
  }
  return [...found].toSorted();
}

/** A role for clusters holds once one of them is wished. */
function mayOnSomeCluster(
  { house, person }: Who,
  { connectionId, body: { path: folderPath } }: Folder,
  clusters: readonly EstateObject<'cluster'>[],
): boolean {
  const own = clusters.filter((cluster) => cluster.connectionId === connectionId);
  return [undefined, ...own.map(({ body }) => body.name)].some((clusterName) => {
    const scope = { connectionId, folderPath, clusterName, ownerId: person.id };
    return authorize({ person, action: vmCreate.name, scope }, house.rules.roles).allowed;
  });
}

/** Of few that roles name, so that not each folder is asked about with every cluster there is. */
function listRoleClusters({ house: { index, rules } }: Who): EstateObject<'cluster'>[] {
  const names = new Set(rules.roles.flatMap(({ scope }) => scope.clusters ?? []));
  return [...names].flatMap((name) => index.byName('cluster', name));
}
