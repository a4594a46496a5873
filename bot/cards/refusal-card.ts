/** Refused, mistyped, not found, too late: the thing, the reason and the next step, in that order. */
import type { OperationError } from '#core/errors.ts';
import type { RightsDecision } from '#core/rights/authorize.ts';
import { drawCaret } from '../grammar/caret.ts';
import { applyNearest, type GrammarError } from '../grammar/grammar-error.ts';
import { quoteWord } from '../grammar/quote.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { GRAMMAR_WORDS } from '../words/en/grammar-words.ts';
import { RIGHTS_WORDS, toReasonWords } from '../words/en/rights-words.ts';
import { toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft, DraftAction } from './draft.ts';

export type Refusal =
  | { readonly code: 'busy' }
  | { readonly code: 'too_late'; readonly sentAt: Date; readonly timeZone: string }
  | { readonly code: 'account_not_active'; readonly state: string }
  | { readonly code: 'operation_error'; readonly error: OperationError }
  | { readonly code: 'action_unknown' };

export function refusalCard(refusal: Refusal): Draft {
  return plainRefusal(...toSentences(refusal));
}

function toSentences(refusal: Refusal): [string, string] {
  switch (refusal.code) {
    case 'busy':
      return [
        'Not done: too much changed at once',
        'Others changed the same thing at the same moment. Give the command again.',
      ];
    case 'too_late':
      return [
        'Came too late',
        `That was sent ${toTime(refusal.sentAt, new Date(), refusal.timeZone)} and could not be handled in time. Nothing was done; give it again if you still want it.`,
      ];
    case 'account_not_active':
      return [
        'Not allowed',
        `Your account is ${refusal.state} in the directory. An administrator of the directory can help.`,
      ];
    case 'action_unknown':
      return [
        'Not done',
        'That button does not belong to you or no longer exists. Nothing was done.',
      ];
    case 'operation_error':
      return ['Not done', ERROR_WORDS[refusal.error.code](refusal.error.facts)];
  }
}

export function plainRefusal(
  title: string,
  text: string,
  actions: readonly DraftAction[] = [],
): Draft {
  return {
    title,
    tone: 'bad',
    summary: `${title}: ${text}`,
    body: text ? [{ block: 'text', text }] : [],
    actions,
  };
}

export function mistypedCard(text: string, error: GrammarError): Draft {
  const words = (GRAMMAR_WORDS[error.code] as (facts: unknown) => string)(shorten(error));
  const corrected = applyNearest(text, error);
  const { line, underline } = drawCaret(text, error.at);
  const nearest = error.nearest === undefined ? '' : ` Did you mean ${error.nearest}?`;
  const body: Block[] =
    text.trim() === '' ? [] : [{ block: 'code', text: `${line}\n${underline}` }];
  return {
    title: 'Not understood',
    tone: 'bad',
    summary: `Not understood: ${words}${nearest}`,
    body: [...body, { block: 'text', text: `${words}${nearest}` }],
    actions: corrected === undefined ? [] : [runButton(corrected)],
  };
}

/** A button that types a line. */
export function runButton(text: string, label = text): DraftAction {
  return { verb: 'run', args: { text }, label, style: 'normal' };
}

export interface NotAllowed {
  readonly right: string;
  readonly decision: RightsDecision;
  /** Name of what it was about. */
  readonly target?: string | undefined;
  /** Other rights the person has on it. */
  readonly may?: readonly string[] | undefined;
}

export function notAllowedCard({ right, decision, target, may = [] }: NotAllowed): Draft {
  const command = right.replaceAll('.', ' ');
  const on = target === undefined ? '' : ` ${quoteWord(target)}`;
  const title = `Not allowed: ${command}${on}`;
  const mine = decision.reasons.filter(({ code }) => code !== 'not_a_member');
  const lines = mine.map(
    (reason) => `role ${reason.role} (line ${reason.line}): ${toReasonWords(reason)}`,
  );
  const allowed = may.length > 0 ? `On it you may: ${may.join(', ')}.` : '';
  const next = `explain ${command}${on}`;
  return {
    ...{ title, tone: 'bad', summary: `${title}. ${RIGHTS_WORDS[decision.code]}` },
    body: [
      { block: 'text', text: [RIGHTS_WORDS[decision.code], allowed].filter(Boolean).join(' ') },
      ...lines.map((text): Block => ({ block: 'text', text, weight: 'quiet' })),
    ],
    actions: [runButton(next)],
  };
}

/** Where the nearest name is known, the list of all others would only hide it. */
function shorten({ facts, nearest }: GrammarError): object {
  return nearest !== undefined && 'known' in facts ? { ...facts, known: [] } : facts;
}
