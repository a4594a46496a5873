/** What a field of a form offers: names of things that this person may see and their roles may use. */
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { authorize } from '#core/rights/authorize.ts';
import { findDisagreement, findMembership } from '#core/rights/configured-group.ts';
import type { Asking, CommandDefinition } from '../commands/command.ts';
import { type May, mayOn } from '../commands/resolve-name.ts';
import { listPositions } from '../grammar/command-shape.ts';

/** As many as a list shows; where there are more, the field is searched. */
export const CHOICES_AT_MOST = 100;

/** VMs are not among them: 25,000 are named, not chosen. */
const CHOSEN_FROM = ['template', 'host', 'datastore', 'network', 'folder', 'cluster'] as const;
export type ChosenKind = (typeof CHOSEN_FROM)[number];

export type Choosing = Pick<Asking, 'house' | 'person'>;

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export function toChoice(value: string): Choice {
  return { title: value, value };
}

export function isChosenFrom(kind: string | undefined): kind is ChosenKind {
  return CHOSEN_FROM.some((one) => one === kind);
}

/** The kind of thing that this field of a command's form names. */
export function findChosenKind(command: CommandDefinition, field: string): ChosenKind | undefined {
  const fields = [...listPositions(command), ...(command.options ?? [])];
  const found = fields.find(({ name }) => name === field);
  const kind = found?.type === 'name' && found.kind;
  return typeof kind === 'string' && isChosenFrom(kind) ? kind : undefined;
}

/** In their order, up to one more than a list shows. `fits`: of the name alone, asked before anything else. */
export function listNames(
  choosing: Choosing,
  kind: ChosenKind,
  fits: (name: string) => boolean = () => true,
): readonly string[] {
  const isAllowed = limitNames(choosing, kind);
  const isUsable = toUsable(choosing, kind);
  const names = new Set<string>();
  for (const object of choosing.house.index.all(kind as ObjectKind)) {
    if (names.size > CHOICES_AT_MOST) break;
    const name = object.kind === 'folder' ? object.body.path : object.body.name;
    if (names.has(name) || !fits(name) || !isAllowed(name)) continue;
    if (isUsable(object)) names.add(name);
  }
  return [...names];
}

/** Where a role names templates or networks, no others can be used. */
function limitNames({ house, person }: Choosing, kind: ChosenKind): (name: string) => boolean {
  if (kind !== 'template' && kind !== 'network') return () => true;
  const limits = house.rules.roles
    .filter(({ members }) => findMembership(members, person) && !findDisagreement(members))
    .map((role) => (kind === 'template' ? role.templates : role.networks));
  if (!limits.some(Boolean)) return () => true;
  return (name) => limits.some((limit) => limit?.includes(name));
}

/** Of a folder: that VMs may be made in it; of anything else, that this person may list it where it stands. */
function toUsable(choosing: Choosing, kind: ChosenKind): May {
  const { house, person } = choosing;
  const may = mayOn(choosing, `${kind}.list`);
  return (object) => {
    if (object.kind === 'network' && object.body.isUplink) return false;
    if (object.kind !== 'folder') return may(object);
    const scope = { ...scopeOf(house.index, object), ownerId: person.id, clusterName: null };
    return authorize({ person, action: 'vm.create', scope }, house.rules.roles).allowed;
  };
}
