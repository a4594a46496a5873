/** A configured group whose name and id have parted (H28): both are named, and the way on. */
import type { ConfiguredGroup, Disagreement } from '#core/rights/configured-group.ts';

/** `The group web-team was S-1-…-1104 when its name was first read; the name is that of S-1-…-1377 now.` */
export function toDisagreementWords(disagreement: Disagreement): string {
  return `The ${toPartedWords(disagreement)}`;
}

function toPartedWords({ written, pinnedId, pinnedName, nowId, code }: Disagreement): string {
  const now = {
    another_group: `the name is that of ${nowId} now`,
    no_group: 'no group has that name now',
    group_ambiguous: 'several groups have that name now',
    group_not_security: 'the name is that of a mail list now, which gives no rights',
  }[code];
  const called = pinnedName === null || pinnedName === written ? '' : `, is called ${pinnedName}`;
  return `group ${written} was ${pinnedId} when its name was first read${called}; ${now}.`;
}

export const GROUP_REMEDY =
  'An administrator writes the one that is meant into drover.yaml by its id, in place of the name, and starts Drover again.';

/** Of a role; `why`: see `toDisagreementWords`. */
export function toGrantsNothingWords(disagreement: Disagreement): string {
  return `grants nothing: the ${toPartedWords(disagreement)}`;
}

/** Where the role is not named beside it. */
export function toClosedRoleWords(role: string, disagreement: Disagreement): string {
  return `Role ${role} ${toGrantsNothingWords(disagreement)} ${GROUP_REMEDY}`;
}

/** Of a rule. */
export function toNobodyMayAgreeWords(disagreement: Disagreement): string {
  return `Nobody may agree by it: ${toDisagreementWords(disagreement)} ${GROUP_REMEDY}`;
}

/** How a configured group stands; what disagrees is said in full beside it. */
export function toStandingWords({ disagreement, notCompared, pinnedAt }: ConfiguredGroup): string {
  if (disagreement) return 'is not the one that its name meant';
  if (notCompared) return 'not compared: the directory could not say';
  return pinnedAt ? `agrees, pinned ${pinnedAt.toISOString().slice(0, 10)}` : 'agrees';
}
