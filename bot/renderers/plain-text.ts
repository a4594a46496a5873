/**
 * A card as lines of text, for terminals, notifications' long form and tests.
 *
 * Pure. No line is wider than `width`, code apart, which stays as it is. Words of people and platforms can neither
 * move the cursor nor begin a line of their own (H35).
 */
import {
  type Action,
  type Block,
  type Card,
  type Input,
  type StepLine,
  splitValues,
  type Tone,
} from '../cards/card.ts';
import { toTableLines } from './plain-table.ts';
import { toTimelineLines } from './plain-timeline.ts';
import { rendererWords, stepMarks, toActionTitle } from './renderer-words.ts';
import { measureText, padText, wrapText } from './text-width.ts';
import { toVisibleLines, toVisibleText } from './visible-text.ts';

export interface PlainTextOptions {
  /** In terminal cells, 40 to 200. */
  readonly width: number;
  /** ANSI colours; nothing is said by them alone. */
  readonly colour: boolean;
  /** What to type for an action; without one it is shown by its label only. */
  readonly numberOf?: ((action: Action) => number | undefined) | undefined;
  /** What to type for the details, where they are hidden. */
  readonly detailsNumber?: number | undefined;
  readonly showDetails?: boolean | undefined;
}

type Paint = 'strong' | 'quiet' | Tone;
interface Pen {
  readonly width: number;
  paint(text: string, paint: Paint): string;
}

const sgr: Readonly<Record<Paint, string>> = {
  strong: '1',
  quiet: '2',
  neutral: '0',
  good: '32',
  warning: '33',
  bad: '31',
  busy: '36',
};

const timelineRows = 60;
/** Of an action, its number included. */
const longTitle = 36;

const toneOfMark: Readonly<Record<StepLine['mark'], Paint>> = {
  done: 'good',
  warning: 'warning',
  failed: 'bad',
  running: 'busy',
  waiting: 'quiet',
  unknown: 'warning',
  skipped: 'quiet',
  asking: 'warning',
};

export function toPlainText(card: Card, options: PlainTextOptions): string {
  const pen = createPen(options);
  const details = options.showDetails ? (card.details ?? []) : [];
  const lines = [
    ...toTitleLines(card, pen),
    ...card.body.flatMap((block) => toBlockLines(block, pen)),
    ...(card.inputs ?? []).flatMap((input) => toInputLines(input, pen)),
    ...toActionLines(card, options, pen),
    ...(details.length === 0 ? [] : ['', ...details.flatMap((block) => toBlockLines(block, pen))]),
  ];
  return lines.join('\n');
}

function createPen(options: PlainTextOptions): Pen {
  const width = Math.min(200, Math.max(40, options.width));
  const paint = (text: string, as: Paint) =>
    options.colour && text !== '' ? `\u001b[${sgr[as]}m${text}\u001b[0m` : text;
  return { width, paint };
}

function toTitleLines(card: Card, pen: Pen): readonly string[] {
  const title = toVisibleText(card.title);
  const state = toVisibleText(card.state ?? '');
  const free = pen.width - measureText(title) - measureText(state);
  if (state === '') return paintLines(title, 'strong', pen);
  if (free >= 2) {
    return [pen.paint(title, 'strong') + ' '.repeat(free) + pen.paint(state, card.tone)];
  }
  const stateLines = wrapText(state, pen.width).map(
    (line) => ' '.repeat(pen.width - measureText(line)) + pen.paint(line, card.tone),
  );
  return [...paintLines(title, 'strong', pen), ...stateLines];
}

function paintLines(text: string, as: Paint, pen: Pen): readonly string[] {
  return wrapText(text, pen.width).map((line) => (as === 'neutral' ? line : pen.paint(line, as)));
}

function toBlockLines(block: Block, pen: Pen): readonly string[] {
  switch (block.block) {
    case 'text': {
      const weight = block.weight ?? 'normal';
      return paintLines(toVisibleText(block.text), weight === 'normal' ? 'neutral' : weight, pen);
    }
    case 'fields':
      return toFieldLines(block.fields, pen);
    case 'table':
      return toTableBlockLines(block, pen);
    case 'code':
      return toVisibleLines(block.text);
    case 'steps':
      return block.steps.flatMap((step) => toStepLines(step, pen));
    case 'progress':
      return [toProgressLine(block.percent, pen)];
    case 'timeline':
      return toTimelineLines(block, { width: pen.width, rows: timelineRows }).map(
        ({ text, weight }) => (weight === 'normal' ? text : pen.paint(text, weight)),
      );
  }
}

function toTableBlockLines(block: Extract<Block, { block: 'table' }>, pen: Pen): readonly string[] {
  const { head, rows } = toTableLines(block, pen.width);
  const more = block.more === undefined ? [] : paintLines(toVisibleText(block.more), 'quiet', pen);
  return [...(head === undefined ? [] : [pen.paint(head, 'quiet')]), ...rows, ...more];
}

function toFieldLines(
  fields: Extract<Block, { block: 'fields' }>['fields'],
  pen: Pen,
): readonly string[] {
  const labels = fields.map((field) => `${toVisibleText(field.label)}:`);
  const widest = labels.reduce((width, label) => Math.max(width, measureText(label)), 0);
  const labelWidth = Math.min(widest, Math.floor(pen.width * 0.4));
  return fields.flatMap((field, at) => {
    const label = labels[at] ?? '';
    const value = toVisibleText(field.value);
    if (measureText(label) > labelWidth) return hang('', 2, `${label} ${value}`, pen);
    return hang(`${pen.paint(padText(label, labelWidth), 'quiet')} `, labelWidth + 1, value, pen);
  });
}

/** Text after a label: its later lines are indented. */
function hang(head: string, indent: number, text: string, pen: Pen): readonly string[] {
  return wrapText(text, pen.width - indent).map(
    (line, at) => (at === 0 ? head : ' '.repeat(indent)) + line,
  );
}

function toStepLines(step: StepLine, pen: Pen): readonly string[] {
  const right = toVisibleText(step.right ?? '');
  const room = pen.width - 2 - (right === '' ? 0 : measureText(right) + 2);
  const head = `${pen.paint(stepMarks[step.mark], toneOfMark[step.mark])} `;
  const text = toVisibleText(step.text);
  if (room < 12) return [...hang(head, 2, text, pen), ...hang('  ', 2, right, pen)];
  return wrapText(text, room).map((line, at) => {
    if (at > 0) return `  ${line}`;
    return head + (right === '' ? line : `${padText(line, room)}  ${pen.paint(right, 'quiet')}`);
  });
}

function toProgressLine(percent: number, pen: Pen): string {
  const whole = Math.min(100, Math.max(0, Math.round(percent)));
  const room = Math.min(40, pen.width - 6);
  const full = Math.round((room * whole) / 100);
  const bar = pen.paint('█'.repeat(full), 'busy') + pen.paint('░'.repeat(room - full), 'quiet');
  return `${bar} ${rendererWords.percent(whole)}`;
}

function toInputLines(input: Input, pen: Pen): readonly string[] {
  const needed = input.required ? ` (${rendererWords.required})` : '';
  const label = `${toVisibleText(input.label)}${needed}: `;
  const fault =
    input.fault === undefined ? [] : paintLines(`✖ ${toVisibleText(input.fault)}`, 'bad', pen);
  return [...wrapText(label + toVisibleText(toShownValue(input)), pen.width), ...fault];
}

/** What stands in the field, in the words of the choice. */
function toShownValue(input: Input): string {
  if (input.value === undefined || input.value === '') return '…';
  if (input.input === 'toggle') return rendererWords.toggle(input.value === 'true');
  if (input.input === 'text') return input.value;
  if (input.input === 'choices') {
    const ticked = new Set(splitValues(input.value));
    return input.choices.flatMap((one) => (ticked.has(one.value) ? one.title : [])).join('; ');
  }
  return input.choices.find((choice) => choice.value === input.value)?.title ?? input.value;
}

/** `[1] Approve  [2] Deny…`. */
function toActionLines(card: Card, options: PlainTextOptions, pen: Pen): readonly string[] {
  const titles = card.actions.map((action) => {
    const number = options.numberOf?.(action);
    const title = toVisibleText(toActionTitle(action));
    return number === undefined ? `[${title}]` : `[${number}] ${title}`;
  });
  if (card.details !== undefined && !options.showDetails && options.detailsNumber !== undefined) {
    titles.push(`[${options.detailsNumber}] ${rendererWords.details}`);
  }
  return joinTitles(titles, pen);
}

/** As many to a line as fit; long ones are choices, and stand under each other. */
function joinTitles(titles: readonly string[], pen: Pen): readonly string[] {
  const room = titles.some((title) => measureText(title) > longTitle) ? 0 : pen.width;
  const lines: string[] = [];
  for (const title of titles) {
    const joined = `${lines.at(-1)}  ${title}`;
    if (lines.length > 0 && measureText(joined) <= room) lines[lines.length - 1] = joined;
    else lines.push(title);
  }
  return lines.flatMap((line) => hang('', 4, line, pen));
}
