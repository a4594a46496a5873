import type { Choice } from '../renderers/block-kit-inputs.ts';

/** Choices that hold what was typed, in any case; those that begin with it first, else in their order. */
export function searchChoices(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = typed.trim().toLowerCase();
  const at = ({ title }: Choice) => title.toLowerCase().indexOf(wanted);
  const found = choices.filter((choice) => at(choice) >= 0);
  return [...found.filter((one) => at(one) === 0), ...found.filter((one) => at(one) > 0)];
}
