/** What is asked, one line at a time, before an action is sent: the card's inputs, its reason, and whether. */
import { type Action, type Card, type Input, joinValues, toAskInput } from '../cards/card.ts';
import { toVisibleText } from '../renderers/visible-text.ts';
import { chatWords } from './chat-words.ts';

interface Question {
  /** `undefined`: whether to go on. */
  readonly name: string | undefined;
  readonly lines: readonly string[];
  readonly prompt: string;
  /** The value of a typed line, or what is wrong with it. */
  read(typed: string): { readonly value: string } | { readonly fault: string };
}

export interface ChatDialog {
  /** What stands above the line to be typed, and before it. */
  readonly lines: readonly string[];
  readonly prompt: string;
  answer(typed: string): DialogOutcome;
}

export type DialogOutcome =
  | { readonly kind: 'ask'; readonly dialog: ChatDialog }
  | { readonly kind: 'send'; readonly inputs: Readonly<Record<string, string>> }
  | { readonly kind: 'given_up' };

export function startDialog(card: Card, action: Action): DialogOutcome {
  const questions = (card.inputs ?? []).map(toQuestion);
  const { ask, confirm } = action;
  if (ask !== undefined) questions.push(toQuestion(toAskInput(ask)));
  if (confirm !== undefined) questions.push(toConfirmQuestion(confirm));
  return goOn(questions, {});
}

function goOn(
  questions: readonly Question[],
  inputs: Readonly<Record<string, string>>,
  fault?: string,
): DialogOutcome {
  const [question, ...later] = questions;
  if (question === undefined) return { kind: 'send', inputs };
  const { name, lines, prompt, read } = question;
  return {
    kind: 'ask',
    dialog: {
      lines: fault === undefined ? lines : [...lines, `✖ ${fault}`],
      prompt,
      answer(typed) {
        if (typed.trim() === chatWords.giveUp) return { kind: 'given_up' };
        const answer = read(typed.trim());
        if ('fault' in answer) return goOn(questions, inputs, answer.fault);
        if (name !== undefined) return goOn(later, { ...inputs, [name]: answer.value });
        return answer.value === 'true' ? goOn(later, inputs) : { kind: 'given_up' };
      },
    },
  };
}

function toQuestion(input: Input): Question {
  const question = toQuestionByKind(input);
  if (input.fault === undefined) return question;
  return { ...question, lines: [...question.lines, `✖ ${toVisibleText(input.fault)}`] };
}

function toQuestionByKind(input: Input): Question {
  switch (input.input) {
    case 'text':
      return toTextQuestion(input);
    case 'toggle':
      return toToggleQuestion(input);
    case 'choice':
      return toChoiceQuestion(input);
    case 'choices':
      return toTicksQuestion(input);
  }
}

interface Asked {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly value?: string | undefined;
}

/** What was typed before stands in brackets; an empty line keeps it. */
function toPrompt(label: string, kept: string | undefined): string {
  return kept ? `${toVisibleText(label)} [${toVisibleText(kept)}]: ` : `${toVisibleText(label)}: `;
}

function toTextQuestion(asked: Asked): Question {
  return {
    name: asked.name,
    lines: [],
    prompt: toPrompt(asked.label, asked.value),
    read(typed) {
      const value = typed === '' ? (asked.value ?? '') : typed;
      return value === '' && asked.required ? { fault: chatWords.needed } : { value };
    },
  };
}

function toToggleQuestion(asked: Asked): Question {
  const kept = asked.value === 'true' ? chatWords.yes[1] : chatWords.no[1];
  return {
    name: asked.name,
    lines: [],
    prompt: toPrompt(`${asked.label} (${chatWords.yesOrNo})`, kept),
    read: (typed) => readYesOrNo(typed === '' ? (kept ?? '') : typed),
  };
}

function toConfirmQuestion(confirm: string): Question {
  return {
    name: undefined,
    lines: [toVisibleText(confirm)],
    prompt: toPrompt(chatWords.yesOrNo, undefined),
    read: readYesOrNo,
  };
}

function readYesOrNo(typed: string): { readonly value: string } | { readonly fault: string } {
  const word = typed.toLowerCase();
  if (chatWords.yes.includes(word)) return { value: 'true' };
  return chatWords.no.includes(word) ? { value: 'false' } : { fault: chatWords.yesOrNo };
}

function toChoiceQuestion(asked: Asked & Extract<Input, { input: 'choice' }>): Question {
  const { choices } = asked;
  const kept = choices.find((choice) => choice.value === asked.value);
  return {
    name: asked.name,
    lines: [`${toVisibleText(asked.label)}:`, ...toNumberedLines(choices)],
    prompt: toPrompt(chatWords.choose, kept?.title),
    read(typed) {
      if (typed === '' && kept !== undefined) return { value: kept.value };
      if (typed === '') return asked.required ? { fault: chatWords.needed } : { value: '' };
      // A choice may itself be called 2: its full name goes before the number.
      const named = choices.find((one) => one.title === typed || one.value === typed);
      const chosen = named ?? choices[/^\d+$/.test(typed) ? Number(typed) - 1 : -1];
      return chosen
        ? { value: chosen.value }
        : { fault: chatWords.choiceUnknown(toVisibleText(typed)) };
    },
  };
}

/** By their numbers; an empty line takes all that were ticked. */
function toTicksQuestion(asked: Asked & Extract<Input, { input: 'choices' }>): Question {
  const { choices, value = '' } = asked;
  return {
    name: asked.name,
    lines: [`${toVisibleText(asked.label)}:`, ...toNumberedLines(choices)],
    prompt: toPrompt(
      chatWords.chooseSome,
      value === joinValues(choices) ? chatWords.all : undefined,
    ),
    read(typed) {
      if (typed === '') return value ? { value } : { fault: chatWords.needed };
      const numbers = typed.split(/[\s,]+/).filter((word) => word !== '');
      const wrong = numbers.find((word) => !/^\d{1,4}$/.test(word) || !choices[Number(word) - 1]);
      if (wrong !== undefined) return { fault: chatWords.choiceUnknown(toVisibleText(wrong)) };
      const picked = new Set(numbers.map((word) => choices[Number(word) - 1]));
      return { value: joinValues(choices.filter((choice) => picked.has(choice))) };
    },
  };
}

function toNumberedLines(choices: readonly { readonly title: string }[]): string[] {
  const digits = String(choices.length).length;
  return choices.map(
    ({ title }, at) => `  ${String(at + 1).padStart(digits)} ${toVisibleText(title)}`,
  );
}
