/**
 * A group that the configuration names, held as the id that its name had when it was first read (H28).
 *
 * When name and id part, nobody can know which of both groups was meant: what the configuration gives to it, nobody has;
 * what it denies, both are denied.
 */
import type { ErrorCode } from '../errors.ts';
import type { Account, Group } from '../ports/directory.ts';

export interface ConfiguredGroup extends Group {
  /** Absent: the name leads to this id, as far as it could be looked up. */
  readonly disagreement?: Disagreement | undefined;
  /** Why name and id were not compared; what was pinned holds (H09). Absent: they were. */
  readonly notCompared?: ErrorCode | undefined;
  /** When the name was first read. */
  readonly pinnedAt?: Date | undefined;
}

export interface Disagreement {
  /** The name as the configuration has it. */
  readonly written: string;
  readonly pinnedId: string;
  /** What the pinned group is called now; `null`: it is gone, or could not be read. */
  readonly pinnedName: string | null;
  /** Whose the name is now. `null`: not that of one group that could give a right. */
  readonly nowId: string | null;
  readonly code: 'another_group' | 'no_group' | 'group_ambiguous' | 'group_not_security';
}

/** The group by which somebody is among these; who only has the name of one now is so too, to be told why it gives nothing. */
export function findMembership(
  groups: readonly ConfiguredGroup[],
  { groupIds }: Pick<Account, 'groupIds'>,
): ConfiguredGroup | undefined {
  return (
    groups.find(({ id }) => groupIds.includes(id)) ??
    groups.find(({ disagreement: it }) => it?.nowId != null && groupIds.includes(it.nowId))
  );
}

export function findDisagreement(groups: readonly ConfiguredGroup[]): Disagreement | undefined {
  return groups.find(({ disagreement }) => disagreement)?.disagreement;
}
