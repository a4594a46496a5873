/**
 * From a typed name to the one object that bears it.
 *
 * The exact name and nothing else: no prefix, no pattern, no other case (H08). What a person may not see is for them as
 * if it did not exist: it is neither found nor suggested.
 */
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import { withoutReplicas } from '#core/inventory/replicas.ts';
import { withoutSecondViews } from '#core/inventory/same-machine.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { authorize } from '#core/rights/authorize.ts';
import { findMembership } from '#core/rights/configured-group.ts';
import { isAction, type Role } from '#core/rights/role.ts';
import type { Draft } from '../cards/draft.ts';
import {
  type Candidate,
  choiceCard,
  type Elsewhere,
  elsewhereCard,
  notFoundCard,
} from '../cards/estate-choice-card.ts';
import { toPlaceWords } from '../cards/estate-place-words.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import type { Span } from '../grammar/grammar-error.ts';
import { type ElsewhereRemedy, KIND_WORDS } from '../words/en/view-words.ts';
import type { Asking } from './command.ts';
import { listWhereToMake } from './create-places.ts';
import { listNamed, listNearest } from './find-named.ts';
import { createOwnerNames } from './owner-names.ts';
import { listBlindSpots } from './read-connections.ts';

/** More would not be read, and one card takes about as many buttons. */
const CHOICES_AT_MOST = 20;

export type May = (object: EstateObject) => boolean;

const everything: May = () => true;

/** Who may see a thing; folders come with the VMs that lie or may be made in them. */
const RIGHTS_TO_SEE: Readonly<Record<ObjectKind, readonly string[]>> = {
  vm: ['vm.show', 'vm.list'],
  host: ['host.show', 'host.list'],
  cluster: ['cluster.show', 'cluster.list'],
  datastore: ['datastore.show', 'datastore.list'],
  network: ['network.show', 'network.list'],
  template: ['template.show', 'template.list'],
  folder: ['vm.show', 'vm.list', 'vm.create'],
};

type Who = Pick<Asking, 'house' | 'person'>;

/** The person's roles that say anything about these rights. */
function rolesOf({ house, person }: Who, rights: readonly string[]): Role[] {
  return house.rules.roles.filter(
    ({ members, allow, deny }) =>
      findMembership(members, person) &&
      [...allow, ...deny].some((pattern) => rights.some((right) => isAction(pattern, right))),
  );
}

/** Whether the person holds one of these rights on everything there is, so that no object need be asked about. */
export function mayEverywhere(who: Who, ...rights: readonly string[]): boolean {
  const own = rolesOf(who, rights);
  const isBound = ({ scope, templates, networks }: Role) =>
    Boolean(templates || networks) || Object.values(scope).some(Boolean);
  if (own.some(isBound)) return false;
  return rights.some((action) => authorize({ person: who.person, action }, own).allowed);
}

/**
 * Asks whether the person holds one of these rights on an object.
 *
 * Each place is judged once: 25,000 VMs lie in some hundred places, which their handles name.
 */
export function mayOn(who: Who, ...rights: readonly string[]): May {
  if (mayEverywhere(who, ...rights)) return everything;
  const { person, house } = who;
  const own = rolesOf(who, rights);
  const places = {
    clusters: own.some(({ scope }) => scope.clusters),
    folders: own.some(({ scope }) => scope.folders),
  };
  const judged = new Map<string, boolean>();
  return (object) => {
    const key = toPlaceKey(object, person.id, places);
    let may = judged.get(key);
    if (may === undefined) {
      const question = { person, scope: scopeOf(house.index, object), ...toNames(object) };
      may = rights.some((action) => authorize({ ...question, action }, own).allowed);
      judged.set(key, may);
    }
    return may;
  };
}

/** The same for all objects on which the roles cannot differ. */
function toPlaceKey(
  object: EstateObject,
  personId: string,
  places: { readonly clusters: boolean; readonly folders: boolean },
): string {
  const { connectionId, kind, handle } = object;
  if (object.kind !== 'vm') return `${connectionId}\0${kind}\0${handle}`;
  const { hostHandle, folderHandle } = object.body;
  const host = places.clusters ? (hostHandle ?? '') : '';
  const folder = places.folders ? (folderHandle ?? '') : '';
  return `${connectionId}\0${host}\0${folder}\0${object.ownerId === personId}`;
}

/** Roles may name the templates and networks that they hold for. */
function toNames({ kind, body }: EstateObject): { templateName?: string; networkName?: string } {
  if (kind === 'template') return { templateName: body.name };
  return kind === 'network' ? { networkName: body.name } : {};
}

/** Which things of a kind exist for this person. */
export function maySee(who: Who, kind: ObjectKind): May {
  return mayOn(who, ...RIGHTS_TO_SEE[kind]);
}

export interface NamedAt {
  /** Name of the target or option: of the choice that a click made, and of the caret. */
  readonly position: string;
  readonly connectionId?: string | undefined;
  /** Which objects exist for this person; left out: those they may see. */
  readonly may?: May | undefined;
  /** What is said where only another connection has it. */
  readonly elsewhere?: ElsewhereRemedy | undefined;
  /** Where the name stands in the text. */
  readonly typedAt?: Span | undefined;
}

export type Resolved<K extends ObjectKind> =
  | { readonly found: EstateObject<K> }
  | { readonly reply: Draft };

/** The object, or the card that asks which one was meant. An id chosen on a card goes before the name. */
export function resolveObject<K extends ObjectKind>(
  asking: Asking,
  kind: K,
  name: string,
  at: NamedAt,
): Promise<Resolved<K>> {
  // The index answers objects of the kind it is asked for.
  return resolveAny(asking, kind, name, at) as Promise<Resolved<K>>;
}

async function resolveAny(
  asking: Asking,
  kind: ObjectKind,
  name: string,
  at: NamedAt,
): Promise<Resolved<ObjectKind>> {
  const { index } = asking.house;
  const may = at.may ?? maySee(asking, kind);
  const chosenId = asking.chosen[at.position];
  if (chosenId !== undefined) {
    const chosen = index.get(kind, chosenId);
    return chosen && may(chosen) ? { found: chosen } : { reply: chosenIsGone(kind) };
  }
  const named = withoutSecondViews(
    index,
    withoutReplicas(listNamed(index, kind, name, at.connectionId).filter(may)),
  );
  const [only] = named;
  if (only && named.length === 1) return { found: only };
  const facts = { kind, name, ...at, text: asking.text, chosen: asking.chosen };
  if (named.length > 1) {
    const candidates = await toCandidates(asking, named.slice(0, CHOICES_AT_MOST));
    return { reply: choiceCard({ ...facts, candidates, left: named.length - candidates.length }) };
  }
  const elsewhere = listElsewhere(asking, kind, name, at, may);
  if (elsewhere) return { reply: elsewhereCard(facts, elsewhere) };
  const isAll = may === everything;
  const near = listNearest(index, kind, name, { connectionId: at.connectionId, may, isAll });
  const candidates = await toCandidates(asking, near.slice(0, CHOICES_AT_MOST));
  return { reply: notFoundCard({ ...facts, candidates, left: 0 }, await listBlindSpots(asking)) };
}

/** Other connections that have it: of those things alone that exist for this person. */
function listElsewhere(
  asking: Asking,
  kind: ObjectKind,
  name: string,
  { connectionId, elsewhere = 'other' }: NamedAt,
  may: May,
): Elsewhere | undefined {
  if (connectionId === undefined) return undefined;
  const { index } = asking.house;
  const all = listNamed(index, kind, name, undefined).filter(may);
  const others = [...new Set(all.map((object) => object.connectionId))].toSorted();
  if (others.length === 0) return undefined;
  const open = listWhereToMake(asking, index.all('folder'), others);
  return { own: connectionId, others, open, remedy: elsewhere };
}

async function toCandidates(
  { house: { index, directory } }: Asking,
  objects: readonly EstateObject[],
): Promise<Candidate[]> {
  const nameOf = createOwnerNames(directory);
  const labels = await Promise.all(
    objects.map(async (object) => {
      const owner = await nameOf(object.ownerId);
      return toPlaceWords(index, object, object.ownerId ? `owner ${owner}` : owner);
    }),
  );
  // What cannot be told apart by its place is told apart by its platform's handle.
  const isShared = (label: string) => labels.indexOf(label) !== labels.lastIndexOf(label);
  return objects.map(({ id, handle }, at) => {
    const label = labels[at] ?? '';
    return { id, label: isShared(label) ? `${label} (${handle})` : label };
  });
}

function chosenIsGone(kind: ObjectKind): Draft {
  return plainRefusal(
    `That ${KIND_WORDS[kind]} is no more`,
    'It was there when the card was drawn. Nothing was done; give the command again.',
  );
}
