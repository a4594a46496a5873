/** The actions of a card as buttons, and long ones as lines with a button, whose words can wrap. */
import type { Action, Card } from '../cards/card.ts';
import { slackWords } from '../words/en/slack-words.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { toNote } from './block-kit-blocks.ts';
import { toActionId } from './block-kit-ids.ts';
import { slackLimits } from './block-kit-limits.ts';
import { escapeSlack, toPlainObject } from './block-kit-text.ts';
import { cutLetters, type Json } from './letter-true.ts';
import { rendererWords, toActionTitle } from './renderer-words.ts';
import { toVisibleText } from './visible-text.ts';

/** Slack cuts the words of a longer button on a phone. */
const shortLetters = 36;

const styles: Readonly<Record<Action['style'], Json>> = {
  primary: { style: 'primary' },
  normal: {},
  danger: { style: 'danger' },
};

export function toActionBlocks(
  card: Pick<Card, 'actions' | 'inputs'>,
  limits: CardLimits,
  detailsRef: string | undefined,
): readonly Json[] {
  const shown = card.actions.slice(0, limits.actions);
  const isLine = (action: Action) =>
    action.label.length > shortLetters || toButtonLetters(action) > slackLimits.button;
  const lines = shown.flatMap((action, at) =>
    isLine(action) ? [toLine(card, action, at, limits)] : [],
  );
  const buttons = shown.flatMap((action, at) =>
    isLine(action) ? [] : [toButton(card, action, at)],
  );
  if (detailsRef !== undefined) buttons.push(toDetailsButton(detailsRef));
  const left = card.actions.length - shown.length;
  return [
    ...lines,
    ...toRows(buttons),
    ...(left === 0 ? [] : [toNote(rendererWords.actionsNotShown(left))]),
  ];
}

function toRows(buttons: readonly Json[]): readonly Json[] {
  const rows: Json[] = [];
  for (let at = 0; at < buttons.length; at += slackLimits.actions) {
    rows.push({ type: 'actions', elements: buttons.slice(at, at + slackLimits.actions) });
  }
  return rows;
}

/**
 * Whether a click opens a form first: for a question, for the card's inputs, and for a warning too long to be asked
 * back in a dialog. An action of normal style leaves a form without sending it.
 */
export function opensForm(card: Pick<Card, 'inputs'>, action: Action): boolean {
  if (action.ask !== undefined) return true;
  if ((card.inputs ?? []).length > 0 && action.style !== 'normal') return true;
  return escapeSlack(toVisibleText(action.confirm ?? '')).length > slackLimits.confirmText;
}

function toTitle(card: Pick<Card, 'inputs'>, action: Action): string {
  const { label } = action;
  return toActionTitle(opensForm(card, action) ? { label, ask: true } : { label });
}

function toButtonLetters(action: Action): number {
  return escapeSlack(toVisibleText(action.label)).length + 1;
}

function toButton(card: Pick<Card, 'inputs'>, action: Action, at: number): Json {
  return {
    ...toClick(card, action, at),
    text: toPlainObject(toTitle(card, action), slackLimits.button),
  };
}

function toLine(card: Pick<Card, 'inputs'>, action: Action, at: number, limits: CardLimits): Json {
  const word = opensForm(card, action) ? `${slackWords.choose}…` : slackWords.choose;
  return {
    type: 'section',
    text: toPlainObject(action.label, Math.min(limits.letters, slackLimits.text)),
    accessory: {
      ...toClick(card, action, at),
      text: toPlainObject(word, slackLimits.button),
      // Who hears the buttons hears which is which.
      accessibility_label: cutLetters(toVisibleText(action.label), slackLimits.button),
    },
  };
}

function toClick(card: Pick<Card, 'inputs'>, action: Action, at: number): Json {
  const asks = opensForm(card, action);
  const confirm = asks || action.confirm === undefined ? {} : { confirm: toConfirm(action) };
  return {
    type: 'button',
    action_id: toActionId(asks ? 'ask' : 'do', at),
    value: action.id,
    ...styles[action.style],
    ...confirm,
  };
}

function toConfirm(action: Action): Json {
  return {
    title: toPlainObject(action.label, slackLimits.confirmTitle),
    text: toPlainObject(action.confirm ?? '', slackLimits.confirmText),
    confirm: toPlainObject(toYes(action), slackLimits.confirmButton),
    deny: toPlainObject(slackWords.no, slackLimits.confirmButton),
    ...(action.style === 'danger' ? { style: 'danger' } : {}),
  };
}

/** Rather a short word than half a sentence. */
function toYes({ label }: Action): string {
  const yes = rendererWords.yes(label);
  return escapeSlack(toVisibleText(yes)).length <= slackLimits.confirmButton ? yes : slackWords.yes;
}

function toDetailsButton(detailsRef: string): Json {
  return {
    type: 'button',
    action_id: toActionId('details', 0),
    value: detailsRef,
    text: toPlainObject(rendererWords.details, slackLimits.button),
  };
}
