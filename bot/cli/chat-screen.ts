/** What a window shows of its messages: new cards, and edits without a flood of lines. */
import { stripVTControlCharacters } from 'node:util';
import type { MessageView } from '../conversation/conversation-port.ts';
import { toPlainText } from '../renderers/plain-text.ts';
import { measureText } from '../renderers/text-width.ts';
import { toVisibleText } from '../renderers/visible-text.ts';
import type { ChatBoard } from './chat-board.ts';

/** Where lines are put. */
export interface Paper {
  readonly width: number;
  readonly colour: boolean;
  print(text: string): void;
  /** Puts `text` over the last `rows` rows; false where that cannot be done. */
  reprint(text: string, rows: number): boolean;
}

export interface ChatScreen {
  show(view: MessageView): void;
  showDetails(view: MessageView): void;
  note(text: string): void;
  /** Something else was written below the last card: it can no longer be changed in place. */
  touch(): void;
}

interface Shown {
  readonly view: MessageView;
  readonly text: string;
  readonly stateLine: string;
}

export function createChatScreen(paper: Paper, board: ChatBoard): ChatScreen {
  const shown = new Map<string, Shown>();
  let lowest: string | undefined;

  function show(view: MessageView): void {
    const before = shown.get(view.id);
    const now = { view, text: draw(view, paper, board, false), stateLine: toStateLine(view) };
    shown.set(view.id, now);
    if (before?.text === now.text) return;
    if (before !== undefined && lowest === view.id) {
      if (paper.reprint(now.text, countRows(before.text, paper.width))) return;
    }
    if (before === undefined || isNews(before.view, view)) {
      paper.print(now.text);
      lowest = view.id;
    } else if (before.stateLine !== now.stateLine) {
      paper.print(now.stateLine);
      lowest = undefined;
    }
  }

  return {
    show,
    showDetails(view) {
      paper.print(draw(view, paper, board, true));
      lowest = undefined;
    },
    note(text) {
      paper.print(text);
      lowest = undefined;
    },
    touch() {
      lowest = undefined;
    },
  };
}

function draw(view: MessageView, paper: Paper, board: ChatBoard, showDetails: boolean): string {
  return toPlainText(view.card, {
    width: paper.width,
    colour: paper.colour,
    showDetails,
    numberOf: (action) => board.numberOf(view, action),
    ...(view.card.details === undefined ? {} : { detailsNumber: board.detailsNumberOf(view) }),
  });
}

/** The whole card again: it ended, it is another thing now, or there is something new to choose. */
function isNews(before: MessageView, now: MessageView): boolean {
  if (now.subject === undefined || before.subject?.label !== now.subject.label) return true;
  if (before.subject.isOpen !== now.subject.isOpen) return true;
  const known = new Set(before.card.actions.map((action) => action.label));
  return now.card.actions.some((action) => !known.has(action.label));
}

/** `J-4 · 62 %  setting CPU and memory`. */
function toStateLine(view: MessageView): string {
  const { card } = view;
  const state = card.state ?? view.subject?.label ?? card.title;
  const steps = card.body.flatMap((block) => (block.block === 'steps' ? block.steps : []));
  const step =
    steps.find((one) => one.mark === 'asking' || one.mark === 'unknown') ??
    steps.find((one) => one.mark === 'running') ??
    steps.find((one) => one.mark === 'failed');
  return toVisibleText(step === undefined ? state : `${state}  ${step.text}`);
}

function countRows(text: string, width: number): number {
  return text
    .split('\n')
    .map((line) => measureText(stripVTControlCharacters(line)))
    .reduce((rows, cells) => rows + Math.max(1, Math.ceil(cells / width)), 0);
}
