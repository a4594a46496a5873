/** The datastore for a VM on one host: one that the host sees, with the most space left, and why the others are not. */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { PlacementRules } from './stars.ts';

export interface SpaceQuestion {
  readonly host: EstateObject<'host'>;
  readonly index: EstateIndex;
  readonly rules: PlacementRules;
  readonly template: EstateObject<'template'>;
  readonly diskBytes: number;
  readonly datastoreIds?: readonly string[] | undefined;
  /** Reserved by others, by Drover id. */
  readonly heldBytesOf: ReadonlyMap<string, number>;
}

export interface ChosenDatastore {
  readonly datastore?: EstateObject<'datastore'> | undefined;
  /** Drover ids of all that would do, best first. */
  readonly fittingIds: readonly string[];
  /** Empty when one was found. */
  readonly blockers: PlanNote[];
}

export function chooseDatastore(question: SpaceQuestion): ChosenDatastore {
  const { host, index, template } = question;
  if (!canReadTemplate(question)) {
    return {
      fittingIds: [],
      blockers: [{ code: 'template_not_visible_to_host', facts: { template: template.body.name } }],
    };
  }
  const seen = host.body.datastoreHandles.flatMap(
    (handle) => index.byHandle(host.connectionId, 'datastore', handle) ?? [],
  );
  const judged = seen.map((datastore) => ({ datastore, ...judgeDatastore(datastore, question) }));
  const fitting = judged
    .filter(({ blocker }) => !blocker)
    // Shared before local: a VM on a local datastore cannot be moved away by itself.
    .sort((a, b) => toOrder(a.datastore) - toOrder(b.datastore) || b.freeBytes - a.freeBytes)
    .map(({ datastore }) => datastore);
  const fittingIds = fitting.map(({ id }) => id);
  if (fitting[0]) return { datastore: fitting[0], fittingIds, blockers: [] };
  // What stands against the wished one comes first: a card has little room.
  const blockers = judged
    .flatMap(({ blocker }) => blocker ?? [])
    .sort((a, b) => toRank(a) - toRank(b));
  return {
    fittingIds,
    blockers: blockers.length > 0 ? blockers : [{ code: 'host_datastore_missing', facts: {} }],
  };
}

/** The datastore with the most room of those that a host sees, shared before local; undefined: none takes it. */
export function chooseFreest(
  question: Omit<SpaceQuestion, 'template' | 'datastoreIds'>,
): EstateObject<'datastore'> | undefined {
  const { host, index } = question;
  return host.body.datastoreHandles
    .flatMap((handle) => index.byHandle(host.connectionId, 'datastore', handle) ?? [])
    .map((datastore) => ({ datastore, ...judgeDatastore(datastore, question) }))
    .filter(({ blocker }) => !blocker)
    .sort((a, b) => toOrder(a.datastore) - toOrder(b.datastore) || b.freeBytes - a.freeBytes)[0]
    ?.datastore;
}

function toRank({ code }: PlanNote): number {
  return code === 'not_the_wished_datastore' ? 1 : 0;
}

function toOrder({ body }: EstateObject<'datastore'>): number {
  return body.isLocal ? 1 : 0;
}

/** The room that is left on it beside its reserve and what others hold, or why it does not do. */
export function judgeDatastore(
  { id, body }: EstateObject<'datastore'>,
  question: Pick<SpaceQuestion, 'datastoreIds' | 'diskBytes' | 'heldBytesOf' | 'rules'>,
): { freeBytes: number; blocker?: PlanNote | undefined } {
  const { datastoreIds, diskBytes, heldBytesOf, rules } = question;
  const datastore = body.name;
  if (datastoreIds && !datastoreIds.includes(id)) {
    return { freeBytes: 0, blocker: { code: 'not_the_wished_datastore', facts: { datastore } } };
  }
  if (body.accessible === false)
    return { freeBytes: 0, blocker: { code: 'datastore_not_accessible', facts: { datastore } } };
  if (body.inMaintenance)
    return { freeBytes: 0, blocker: { code: 'datastore_in_maintenance', facts: { datastore } } };
  if (body.freeBytes === undefined || body.capacityBytes === undefined) {
    return { freeBytes: 0, blocker: { code: 'datastore_space_unknown', facts: { datastore } } };
  }
  const reserve = body.capacityBytes * rules.spaceReserveShare;
  const freeBytes = Math.floor(body.freeBytes - reserve - (heldBytesOf.get(id) ?? 0));
  if (freeBytes >= diskBytes) return { freeBytes };
  const facts = { datastore, freeBytes: Math.max(0, freeBytes), wantedBytes: diskBytes };
  return { freeBytes, blocker: { code: 'datastore_too_small', facts } };
}

/** A template on a datastore that only other hosts see cannot be copied from here. */
function canReadTemplate({ host, template }: SpaceQuestion): boolean {
  const sees = ({ datastoreHandle }: { readonly datastoreHandle?: string | undefined }) =>
    !datastoreHandle || host.body.datastoreHandles.includes(datastoreHandle);
  return sees(template.body) && template.body.disks.every(sees);
}
