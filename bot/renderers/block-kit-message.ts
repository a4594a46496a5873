/**
 * A card as a Slack message.
 *
 * Pure. Words of people and platforms stand only where Slack interprets nothing (H35). What does not fit into a message
 * is left out with a note; the card never fails to be sent for its size.
 */
import type { Block, Card, Input, Tone } from '../cards/card.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { toActionBlocks } from './block-kit-actions.ts';
import { type FileOf, toBlockKitBlocks, toNote } from './block-kit-blocks.ts';
import { drawToFit, messageSurface, slackLimits } from './block-kit-limits.ts';
import {
  escapeSlack,
  toContext,
  toEscaped,
  toPlainObject,
  toRichBlock,
  toRun,
  toSection,
} from './block-kit-text.ts';
import type { Json } from './letter-true.ts';
import { rendererWords } from './renderer-words.ts';
import { toVisibleText } from './visible-text.ts';

export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Json[];
}

export interface SlackMessageOptions {
  /** Opaque: what the button Details asks for. Left out: details stand on the card as far as they fit. */
  readonly detailsRef?: string | undefined;
  /** Left out: pictures are drawn as text. */
  readonly fileOf?: FileOf | undefined;
}

/** Says the tone beside the words, never instead of them. */
const toneMarks: Readonly<Record<Tone, string>> = {
  neutral: '',
  good: '🟢 ',
  warning: '🟡 ',
  bad: '🔴 ',
  busy: '🔵 ',
};

export function toSlackMessage(card: Card, options: SlackMessageOptions = {}): SlackMessage {
  return {
    text: toEscaped(card.summary, slackLimits.fallback),
    blocks: drawToFit(messageSurface, (limits, isWhole) =>
      draw(card, { limits, isWhole, ...options }),
    ),
  };
}

interface Drawing extends SlackMessageOptions {
  readonly limits: CardLimits;
  readonly isWhole: boolean;
}

function draw(card: Card, { limits, isWhole, detailsRef, fileOf }: Drawing): readonly Json[] {
  const details = card.details ?? [];
  const isInline = details.length > 0 && detailsRef === undefined;
  const isCut = isInline && !limits.withDetails;
  // What is left out of the card stands behind the button, with the details.
  const hasButton = detailsRef !== undefined && (details.length > 0 || !isWhole);
  const body = [...card.body, ...toInputLines(card.inputs ?? [])];
  return [
    ...toHeader(card, limits),
    ...toBlockKitBlocks(body, { limits, tables: messageSurface.tables, fileOf }),
    ...(isInline && limits.withDetails ? toDetails(details, { limits, fileOf }, body) : []),
    ...(isCut ? [toNote(rendererWords.notShown)] : []),
    ...toActionBlocks(card, limits, hasButton ? detailsRef : undefined),
  ];
}

export function toHeader(card: Pick<Card, 'title' | 'state' | 'tone'>, limits: CardLimits): Json[] {
  const { title, state, tone } = card;
  const isShort = escapeSlack(toVisibleText(title)).length <= slackLimits.header;
  const first = isShort
    ? { type: 'header', text: toPlainObject(title, slackLimits.header) }
    : toRichBlock([toSection([toRun(title, limits.letters, 'bold')])]);
  if (state === undefined) return [first];
  const letters = Math.min(limits.letters, slackLimits.context);
  return [first, toContext(toneMarks[tone] + toVisibleText(state), letters)];
}

function toDetails(
  details: readonly Block[],
  options: Pick<Drawing, 'limits' | 'fileOf'>,
  before: readonly Block[],
): readonly Json[] {
  const used = before.filter(({ block }) => block === 'table').length;
  const tables = Math.max(0, messageSurface.tables - used);
  return [{ type: 'divider' }, ...toBlockKitBlocks(details, { ...options, tables })];
}

/** A message shows what stands in the fields; they are filled in on a form. */
function toInputLines(inputs: readonly Input[]): readonly Block[] {
  if (inputs.length === 0) return [];
  const fields = inputs.map((input) => ({ label: input.label, value: toShownValue(input) }));
  const faults = inputs.flatMap(({ fault }) =>
    fault === undefined ? [] : [{ mark: 'failed' as const, text: fault }],
  );
  const lines: Block[] = [{ block: 'fields', fields }];
  return faults.length === 0 ? lines : [...lines, { block: 'steps', steps: faults }];
}

function toShownValue(input: Input): string {
  if (input.value === undefined || input.value === '') {
    return input.required ? `… (${rendererWords.required})` : '…';
  }
  if (input.input === 'toggle') return rendererWords.toggle(input.value === 'true');
  if (input.input === 'text') return input.value;
  return input.choices.find(({ value }) => value === input.value)?.title ?? input.value;
}
