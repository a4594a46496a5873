/**
 * A card as Adaptive Card 1.5, for Teams and the console.
 *
 * Pure. Words of people and platforms stand only where no renderer interprets them (H35). What does not fit into a
 * message is left out with a note; the card never fails to be sent for its size.
 */
import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import type { Timeline } from '../pictures/limit-timeline.ts';
import { listTimelines } from '../pictures/list-timelines.ts';
import { detailsId, toActionElements } from './adaptive-actions.ts';
import { type PictureOf, toBlockElements, toNote, toneColours } from './adaptive-blocks.ts';
import { createIds, readInputs, toInputElements } from './adaptive-inputs.ts';
import {
  type CardHost,
  type CardLimits,
  consoleHost,
  listLimits,
  teamsHost,
} from './adaptive-limits.ts';
import { toConsolePicture } from './console-picture.ts';
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

/** The pictures of a timeline, from the one that shows most to the one that needs least; none: it is drawn as text. */
export type ListPictures = (timeline: Timeline) => readonly Json[];

export function toAdaptiveCard(
  card: Card,
  host: CardHost = teamsHost,
  listPictures: ListPictures = () => [],
): AdaptiveCardJson {
  const [first, ...smaller] = listDrawings(card, host, listPictures);
  let drawn = draw(card, first);
  for (const drawing of smaller) {
    if (Buffer.byteLength(JSON.stringify(drawn)) <= host.bytes) break;
    drawn = draw(card, drawing);
  }
  return drawn;
}

export function toConsoleCard(card: Card): AdaptiveCardJson {
  return toAdaptiveCard(card, consoleHost, (timeline) => [toConsolePicture(timeline)]);
}

interface Drawing {
  readonly limits: CardLimits;
  readonly pictureOf: PictureOf;
}

/** From all to the least. Of what fits in words, a smaller picture and then the text are tried before words are left out. */
function listDrawings(
  card: Card,
  host: CardHost,
  listPictures: ListPictures,
): readonly [Drawing, ...Drawing[]] {
  const pictures = new Map(
    listTimelines(card).map((timeline) => [timeline, listPictures(timeline)]),
  );
  const sizes = Math.max(0, ...[...pictures.values()].map(({ length }) => length));
  const toDrawing = (limits: CardLimits, size: number): Drawing => ({
    limits,
    pictureOf: (timeline) => pictures.get(timeline)?.[size],
  });
  const [first, ...smaller] = listLimits(host);
  const toDrawings = (limits: CardLimits) =>
    Array.from({ length: sizes + 1 }, (_, size) => toDrawing(limits, size));
  return [toDrawing(first, 0), ...toDrawings(first).slice(1), ...smaller.flatMap(toDrawings)];
}

function draw(card: Card, { limits, pictureOf }: Drawing): AdaptiveCardJson {
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
      ...toBlockElements(card.body, limits, pictureOf),
      ...toInputElements(card.inputs ?? [], limits, takeId),
      ...(isCut ? [toNote(rendererWords.notShown)] : []),
      ...toActionElements(card.actions, details !== undefined, limits, takeId),
      ...(details === undefined ? [] : [toDetails(details, limits, pictureOf)]),
    ],
    ...(isWide(card) ? { msteams: { width: 'Full' } } : {}),
  };
}

function isWide(card: Card): boolean {
  return card.body.some(
    ({ block }) => block === 'table' || block === 'code' || block === 'timeline',
  );
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

function toDetails(
  details: NonNullable<Card['details']>,
  limits: CardLimits,
  pictureOf: PictureOf,
): Json {
  const items = toBlockElements(details, limits, pictureOf);
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
  const filled = Object.entries(rest).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { actionId, inputs: readInputs(filled) };
}
