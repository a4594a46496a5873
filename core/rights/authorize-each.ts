/**
 * May this person do this to each of several things? One that they may not is enough for no, and it alone is named.
 */
import { authorize, type RightsDecision, type RightsQuestion } from './authorize.ts';
import type { Role, ScopeFacts } from './role.ts';

export interface Place {
  readonly scope: ScopeFacts;
  /** What lies there, where there is more than one. */
  readonly name?: string | undefined;
}

/** A place with the roles that allow it there: rules may ask for them. */
export interface JudgedPlace extends Place {
  readonly roleNames: readonly string[];
}

export interface EachDecision {
  readonly rights: RightsDecision;
  /** What it is not allowed on; absent: on all, or there is but one. */
  readonly on?: string | undefined;
  readonly places: readonly JudgedPlace[];
}

/** Undefined: there is nothing to judge. */
export function authorizeEach(
  question: Omit<RightsQuestion, 'scope'>,
  places: readonly Place[],
  roles: readonly Role[],
): EachDecision | undefined {
  const judged = places.map((place) => ({
    place,
    rights: authorize({ ...question, scope: place.scope }, roles),
  }));
  const [first] = judged;
  if (!first) return undefined;
  const refused = judged.filter(({ rights }) => !rights.allowed);
  // What is known to be forbidden says more than what is not known.
  const worst = refused.find(({ rights }) => !isUnknown(rights)) ?? refused[0];
  const allowing = new Set(judged.flatMap(({ rights }) => rights.roles));
  return {
    rights: worst?.rights ?? { ...first.rights, roles: roles.filter((role) => allowing.has(role)) },
    on: worst?.place.name,
    places: judged.map(({ place, rights }) => ({
      ...place,
      roleNames: rights.roles.map(({ name }) => name),
    })),
  };
}

function isUnknown({ code, reasons }: RightsDecision): boolean {
  return code !== 'a_role_denies' && reasons.some((reason) => reason.code === 'scope_unknown');
}
