/** The few words that renderers add to a card. */
import type { StepLine } from '../cards/card.ts';

export const rendererWords = {
  details: 'Details',
  send: 'Send',
  yes: (label: string) => `Yes, ${label}`,
  toggleOn: 'Yes',
  toggle: (isOn: boolean) => (isOn ? 'yes' : 'no'),
  inputNeeded: 'This is needed.',
  required: 'required',
  nothingToChoose: (label: string) => `${label}: there is nothing that you may choose.`,
  rowsShown: (shown: number, all: number) => `${shown} of ${all} shown`,
  linesShown: (shown: number, all: number) => `${shown} of ${all} lines shown`,
  stepsShown: (shown: number, all: number) => `${shown} of ${all} steps shown`,
  choicesShown: (shown: number, all: number) =>
    `${shown} of ${all} choices shown; type the command to name another`,
  notShown: 'Too long for one message. The whole of it: Drover’s console or terminal.',
  actionsNotShown: (count: number) => `${count} more choices are not shown; type the command`,
  endsAfter: (duration: string) => `ends after ${duration}`,
  begins: '0',
  percent: (percent: number) => `${percent} %`,
} as const;

/** Read without colour: each mark differs in its shape. */
export const stepMarks: Readonly<Record<StepLine['mark'], string>> = {
  done: '✔',
  warning: '!',
  failed: '✖',
  running: '▸',
  waiting: '·',
  unknown: '?',
  skipped: '–',
  asking: '?',
};

/** `Deny…`: the dots say that something is asked before it happens. */
export function toActionTitle(action: { readonly label: string; readonly ask?: unknown }): string {
  return action.ask === undefined || action.label.endsWith('…') ? action.label : `${action.label}…`;
}
