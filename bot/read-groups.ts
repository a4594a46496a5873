/**
 * The groups that the configuration names, each held as the id that its name had when it was first read (H28).
 *
 * The directory is asked first; then all new pins are one transaction, so that of two processes that start at once one
 * pins, and the other compares. What was killed in between has pinned nothing.
 */
import { OperationError } from '#core/errors.ts';
import type { Directory, Group } from '#core/ports/directory.ts';
import type { GroupPin } from '#core/ports/group-pins.ts';
import type { Store } from '#core/ports/store.ts';
import type { ConfiguredGroup, Disagreement } from '#core/rights/configured-group.ts';
import type { GroupName } from './config/group-names.ts';

export interface ReadGroupsDeps {
  readonly directory: Pick<Directory, 'findGroup'>;
  readonly store: Pick<Store, 'read' | 'transact'>;
  readonly source: string;
  /** As they were read before: what had parted stays parted while the directory does not answer. */
  readonly last?: ConfiguredGroups | undefined;
}

/** By name. A name without a group was never read, and the directory has none that bears it. */
export type ConfiguredGroups = ReadonlyMap<string, ConfiguredGroup | undefined>;

/**
 * @throws OperationError of a name that was never read and cannot be: nobody knows whom it means. Then none is pinned;
 *   nor is any where a name has no group.
 */
export async function readGroups(
  deps: ReadGroupsDeps,
  names: readonly Pick<GroupName, 'name' | 'key'>[],
): Promise<ConfiguredGroups> {
  const asked = [...new Set(names.map(({ name }) => name))];
  const keyOf = (name: string) => names.find((one) => one.name === name)?.key ?? '';
  const before = await readPins(deps);
  const looks = new Map(
    await Promise.all(asked.map(async (name) => [name, await look(deps, name)] as const)),
  );
  for (const [name, { error }] of looks) if (error && !before.has(name)) throw error;
  const isMissing = asked.some((name) => !before.has(name) && !looks.get(name)?.group);
  const found = asked.flatMap((name) => {
    const group = before.has(name) ? undefined : looks.get(name)?.group;
    return group ? [{ name, groupId: group.id, configKey: keyOf(name) }] : [];
  });
  const pins = isMissing || found.length === 0 ? before : await pinAll(deps, found);
  const compared = asked.map(
    async (name) => [name, await compare(deps, name, looks.get(name), pins)] as const,
  );
  return new Map(await Promise.all(compared));
}

interface Look {
  readonly group?: Group | undefined;
  readonly error?: OperationError;
}

async function look({ directory }: ReadGroupsDeps, name: string): Promise<Look> {
  try {
    return { group: await directory.findGroup(name) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { error };
  }
}

async function readPins({ store, source }: ReadGroupsDeps): Promise<Map<string, GroupPin>> {
  return toMap(await store.read((reads) => reads.groupPins.list(source)));
}

function pinAll(
  { store, source }: ReadGroupsDeps,
  found: readonly Pick<GroupPin, 'name' | 'groupId' | 'configKey'>[],
): Promise<Map<string, GroupPin>> {
  return store.transact(async (tx) => {
    for (const pin of found) {
      if (!(await tx.groupPins.insert({ ...pin, source }))) continue;
      await tx.audit.insert({ event: 'group_pinned', facts: { ...pin, source } });
    }
    return toMap(await tx.groupPins.list(source));
  });
}

function toMap(pins: readonly GroupPin[]): Map<string, GroupPin> {
  return new Map(pins.map((pin) => [pin.name, pin]));
}

/** What says that the name is no longer that of one group which could give a right; all else is not known (H09). */
const PARTING_CODES: readonly string[] = ['group_ambiguous', 'group_not_security'];

async function compare(
  deps: ReadGroupsDeps,
  name: string,
  { group, error }: Look = {},
  pins: ReadonlyMap<string, GroupPin>,
): Promise<ConfiguredGroup | undefined> {
  const pin = pins.get(name);
  if (!pin) return group;
  const { groupId: id, pinnedAt } = pin;
  if (group?.id === id) return { ...group, pinnedAt };
  if (error && !PARTING_CODES.includes(error.code)) {
    const { disagreement } = deps.last?.get(name) ?? {};
    return { id, name, pinnedAt, notCompared: error.code, ...(disagreement && { disagreement }) };
  }
  const code = error ? (error.code as Disagreement['code']) : group ? 'another_group' : 'no_group';
  const pinnedName = (await look(deps, id)).group?.name ?? null;
  const disagreement = { written: name, pinnedId: id, pinnedName, nowId: group?.id ?? null, code };
  return { id, name, pinnedAt, disagreement };
}
