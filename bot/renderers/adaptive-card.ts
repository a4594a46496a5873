/**
 * A card as Adaptive Card 1.5, for Teams and the console.
 *
 * Pure. Words of people and platforms stand only where no renderer interprets them (H35). What does not fit into a
 * message is left out with a note; the card never fails to be sent for its size.
 */
import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import { detailsId, toActionElements } from './adaptive-actions.ts';
import { toBlockElements, toNote, toneColours } from './adaptive-blocks.ts';
import { createIds, toInputElements, toInputName } from './adaptive-inputs.ts';
import {
  type CardHost,
  type CardLimits,
  consoleHost,
  listLimits,
  teamsHost,
} from './adaptive-limits.ts';
import { cutLetters, type Json, toRichText } from './letter-true.ts';
import { rendererWords } from './renderer-words.ts';
import { measureText } from './text-width.ts';
import { toVisibleText } from './visible-text.ts';

export interface AdaptiveCardJson {
  readonly type: 'AdaptiveCard';
  readonly $schema: string;
  readonly version: '1.5';
  /** What a screen reader says of it. */
  readonly speak: string;
  /** Shown by a client that knows no 1.5. */
  readonly fallbackText: string;
  readonly body: readonly Json[];
  readonly msteams?: Json;
}

/** Title and state share a line only where both fit at 320 px, or the host parts them itself. */
const lineLetters = 36;

export function toAdaptiveCard(card: Card, host: CardHost = teamsHost): AdaptiveCardJson {
  const [first, ...smaller] = listLimits(host);
  let drawn = draw(card, first);
  for (const limits of smaller) {
    if (Buffer.byteLength(JSON.stringify(drawn)) <= host.bytes) break;
    drawn = draw(card, limits);
  }
  return drawn;
}

export function toConsoleCard(card: Card): AdaptiveCardJson {
  return toAdaptiveCard(card, consoleHost);
}

function draw(card: Card, limits: CardLimits): AdaptiveCardJson {
  const takeId = createIds();
  const summary = cutLetters(toVisibleText(card.summary), Math.min(300, limits.letters));
  const details = limits.withDetails ? card.details : undefined;
  const isCut = card.details !== undefined && details === undefined;
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    speak: summary,
    fallbackText: summary,
    body: [
      toHeader(card, limits),
      ...toBlockElements(card.body, limits),
      ...toInputElements(card.inputs ?? [], limits, takeId),
      ...(isCut ? [toNote(rendererWords.notShown)] : []),
      ...toActionElements(card.actions, details !== undefined, limits, takeId),
      ...(details === undefined ? [] : [toDetails(details, limits)]),
    ],
    ...(isWide(card) ? { msteams: { width: 'Full' } } : {}),
  };
}

function isWide(card: Card): boolean {
  return card.body.some(({ block }) => block === 'table' || block === 'code');
}

function toHeader(card: Card, limits: CardLimits): Json {
  const title = toRichText(card.title, limits.letters, { weight: 'Bolder', size: 'Medium' });
  if (card.state === undefined) return title;
  const state = toRichText(card.state, limits.letters, toneColours[card.tone]);
  const isLong = measureText(card.title) + measureText(card.state) > lineLetters;
  if (isLong && !limits.reflows) {
    return { type: 'Container', items: [title, { ...state, spacing: 'Small' }] };
  }
  return {
    type: 'ColumnSet',
    columns: [
      { type: 'Column', width: 'stretch', items: [title] },
      { type: 'Column', width: 'auto', verticalContentAlignment: 'Center', items: [state] },
    ],
  };
}

function toDetails(details: NonNullable<Card['details']>, limits: CardLimits): Json {
  const items = toBlockElements(details, limits);
  return { type: 'Container', id: detailsId, isVisible: false, separator: true, items };
}

const SubmitData = z.looseObject({ actionId: z.string() });

export interface SubmittedAction {
  readonly actionId: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** What a client sends back for a click on this card; `undefined` for anything else. */
export function readSubmitData(data: unknown): SubmittedAction | undefined {
  const submitted = SubmitData.safeParse(data);
  if (!submitted.success) return undefined;
  const { actionId, ...rest } = submitted.data;
  const inputs = Object.entries(rest)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([id, value]) => [toInputName(id), value] as const);
  return { actionId, inputs: Object.fromEntries(inputs) };
}
