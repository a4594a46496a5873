/** The buttons that answer what a job asks, for those who may. */
import type { Gate, GateAnswer } from '#core/jobs/job.ts';
import type { DraftAction } from './draft.ts';
import type { JobFacts } from './job-card.ts';

const ANSWER_LABELS: Readonly<Record<GateAnswer, string>> = {
  happened: 'It happened',
  did_not_happen: 'It did not happen',
  look_again: 'Look again',
  move: 'Move last',
  shut_down: 'Shut down',
  power_off: 'Power off',
  save: 'Save',
  leave: 'Leave',
  go_on: 'Go on by my right',
  end_here: 'End it here',
};

/** Where several things are asked, each answer names its own. */
export function listAnswers(
  { steps, may }: JobFacts,
  gate: Gate,
  isOneOfMany: boolean,
): DraftAction[] {
  const step = steps.find(({ id }) => id === gate.stepId);
  const isConsent = gate.code === 'consent_needed';
  const mayGive = (choice: GateAnswer) =>
    isConsent
      ? step !== undefined && may.consent(step, choice)
      : may.answer && (choice !== 'go_on' || may.takeOver);
  const { name = '' } = (step?.input ?? {}) as { readonly name?: string };
  return gate.choices.filter(mayGive).map((choice): DraftAction => {
    const isNamed = isConsent || (isOneOfMany && name !== '');
    const label = isNamed ? `${ANSWER_LABELS[choice]}: ${name}` : ANSWER_LABELS[choice];
    const asked = {
      verb: 'answer_gate',
      args: { gateId: gate.id, answer: choice },
      label,
    } as const;
    if (choice !== 'power_off') return { ...asked, style: 'normal' };
    return { ...asked, style: 'danger', confirm: `Power ${name} off, as pulling the plug does?` };
  });
}
