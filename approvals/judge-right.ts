/** Whether a person may ask for what a request asks, judged on things as they are now. */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import { type AnyOperation, listPlaces } from '#core/operations/operation.ts';
import type { Account } from '#core/ports/directory.ts';
import type { RightsDecision } from '#core/rights/authorize.ts';
import { authorizeEach, type JudgedPlace } from '#core/rights/authorize-each.ts';
import type { Rules } from './policy.ts';

export interface Asked {
  readonly operation: AnyOperation;
  readonly input: unknown;
  /** Whose it is, whoever is judged. */
  readonly requesterId: string;
}

export interface Judged {
  /** Where it acts; empty: what it is about is gone, and no right is judged. */
  readonly places: readonly JudgedPlace[];
  readonly rights: RightsDecision | undefined;
  /** Of several things, the one on which it is not allowed. */
  readonly on?: string | undefined;
}

export function judgeRight(
  { index, rules }: { readonly index: EstateIndex; readonly rules: Pick<Rules, 'roles'> },
  { operation, input, requesterId }: Asked,
  person: Account,
): Judged {
  const places = listPlaces(operation, input, index, requesterId);
  const names = operation.argumentsOf?.(input, index) ?? {};
  const question = { person, action: operation.name, ...names };
  return authorizeEach(question, places, rules.roles) ?? { places: [], rights: undefined };
}
