/** The actions of a card as buttons, and long ones as rows to tap, whose words can wrap. */
import type { Action } from '../cards/card.ts';
import { toNote } from './adaptive-blocks.ts';
import { type TakeId, toAskElements } from './adaptive-inputs.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { type Json, toLabel, toRichText } from './letter-true.ts';
import { rendererWords, toActionTitle } from './renderer-words.ts';

/** No input has this id: names of inputs have no full stop. */
export const detailsId = 'drover.details';

/** Of one row of buttons at 320 px, in letters: a host without room would cut their words. */
const rowLetters = 36;
/** What a button needs beside its words; one that opens a question has an arrow too. */
const paddingLetters = 6;
const arrowLetters = 3;
/** The longest title that fits. */
const buttonLetters = rowLetters - paddingLetters - arrowLetters;
/** Teams shows at most 6 in a row. */
const rowButtons = 5;

const styles: Readonly<Record<Action['style'], Json>> = {
  primary: { style: 'positive' },
  normal: {},
  danger: { style: 'destructive' },
};

export function toActionElements(
  actions: readonly Action[],
  hasDetails: boolean,
  limits: CardLimits,
  takeId: TakeId,
): readonly Json[] {
  const shown = actions.slice(0, limits.actions);
  const isChoice = shown.some((action) => isPlain(action) && isLong(action));
  const isRow = (action: Action) => isChoice && isPlain(action);
  const buttons = shown
    .filter((action) => !isRow(action))
    .map((one) => toButton(one, limits, takeId));
  const left = actions.length - shown.length;
  return [
    ...shown.filter(isRow).map((action) => toTapRow(action, limits)),
    ...toButtonRows(buttons, limits).map((row) => ({ type: 'ActionSet', actions: row })),
    ...(left === 0 ? [] : [toNote(rendererWords.actionsNotShown(left))]),
    ...(hasDetails ? [toDetailsLine()] : []),
  ];
}

/** It is sent as it is tapped, and nothing about it is loud. */
function isPlain(action: Action): boolean {
  return action.style === 'normal' && action.ask === undefined && action.confirm === undefined;
}

function isLong(action: Action): boolean {
  return action.label.length > buttonLetters;
}

function toTapRow(action: Action, limits: CardLimits): Json {
  const text = toRichText(action.label, limits.letters);
  const arrow = toRichText('›', 1, { color: 'Accent' });
  return {
    type: 'Container',
    style: 'emphasis',
    spacing: 'Small',
    selectAction: { ...toSubmit(action), title: toLabel(action.label, limits.letters) },
    items: [
      {
        type: 'ColumnSet',
        columns: [
          { type: 'Column', width: 'stretch', items: [text] },
          { type: 'Column', width: 'auto', verticalContentAlignment: 'Center', items: [arrow] },
        ],
      },
    ],
  };
}

function toSubmit(action: Action) {
  return { type: 'Action.Submit', data: { actionId: action.id } };
}

function toButton(action: Action, limits: CardLimits, takeId: TakeId): Button {
  const title = toLabel(toActionTitle(action), buttonLetters);
  if (action.ask === undefined && action.confirm === undefined) {
    return { ...toSubmit(action), title, ...styles[action.style] };
  }
  const card = toQuestionCard(action, limits, takeId);
  return { type: 'Action.ShowCard', title, ...styles[action.style], card };
}

function toQuestionCard(action: Action, limits: CardLimits, takeId: TakeId): Json {
  const { ask, confirm } = action;
  const label = confirm === undefined ? rendererWords.send : rendererWords.yes(action.label);
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [
      ...(isLong(action) ? [toRichText(action.label, 200, { weight: 'Bolder' })] : []),
      ...(confirm === undefined ? [] : [toRichText(confirm, 300)]),
      ...(ask === undefined ? [] : toAskElements(ask, limits, takeId)),
    ],
    actions: [
      { ...toSubmit(action), title: toLabel(label, buttonLetters), ...styles[action.style] },
    ],
  };
}

/** Quieter than a button: what it opens is for those who ask. */
function toDetailsLine(): Json {
  const title = rendererWords.details;
  return {
    type: 'Container',
    spacing: 'Small',
    selectAction: { type: 'Action.ToggleVisibility', title, targetElements: [detailsId] },
    items: [toRichText(`▸ ${title}`, 30, { color: 'Accent' })],
  };
}

interface Button extends Json {
  readonly type: string;
  readonly title: string;
}

function toButtonRows(
  buttons: readonly Button[],
  { reflows }: CardLimits,
): readonly (readonly Button[])[] {
  if (reflows) return buttons.length === 0 ? [] : [buttons];
  const rows: Button[][] = [];
  let free = 0;
  for (const button of buttons) {
    const arrow = button.type === 'Action.ShowCard' ? arrowLetters : 0;
    const needed = button.title.length + paddingLetters + arrow;
    const row = rows.at(-1);
    if (row === undefined || row.length === rowButtons || needed > free) {
      rows.push([button]);
      free = rowLetters - needed;
    } else {
      row.push(button);
      free -= needed;
    }
  }
  return rows;
}
