/** Slack's limits, of letters as they are sent. */
import { type CardHost, type CardLimits, listLimits } from './adaptive-limits.ts';
import type { Json } from './letter-true.ts';

export const slackLimits = {
  messageBlocks: 50,
  modalBlocks: 100,
  /** Of all blocks as JSON. Slack answers `msg_blocks_too_long` at about 13,200. */
  messageLetters: 12_000,
  modalLetters: 100_000,
  /** The text beside the blocks; 4,000 is recommended. */
  fallback: 3_000,
  text: 3_000,
  /** No number is documented for a quiet line; a text object has 3,000. */
  context: 2_000,
  header: 150,
  button: 75,
  actions: 25,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  modalTitle: 24,
  label: 2_000,
  altText: 2_000,
  placeholder: 150,
  option: 75,
  options: 100,
  /** Boxes to tick in one field. */
  checkboxes: 10,
  inputValue: 3_000,
  tableRows: 100,
  tableColumns: 20,
  /** Of all cells of a table. */
  tableLetters: 10_000,
} as const;

/** A place where blocks are drawn. */
export interface Surface {
  readonly blocks: number;
  readonly letters: number;
  /** How many native tables it takes. */
  readonly tables: number;
  readonly limits: readonly [CardLimits, ...CardLimits[]];
}

const host: CardHost = {
  bytes: slackLimits.messageLetters,
  rows: slackLimits.tableRows - 1,
  reflows: true,
};

export const messageSurface: Surface = {
  blocks: slackLimits.messageBlocks,
  letters: slackLimits.messageLetters,
  tables: 1,
  limits: listLimits(host),
};

export const modalSurface: Surface = {
  blocks: slackLimits.modalBlocks,
  letters: slackLimits.modalLetters,
  tables: 0,
  limits: listLimits(host),
};

/** Draws with the most that fits. What is left out is said by what is drawn. */
export function drawToFit(
  surface: Surface,
  draw: (limits: CardLimits, isWhole: boolean) => readonly Json[],
): readonly Json[] {
  const [first, ...smaller] = surface.limits;
  let drawn = draw(first, true);
  for (const limits of smaller) {
    if (drawn.length <= surface.blocks && JSON.stringify(drawn).length <= surface.letters) break;
    drawn = draw(limits, false);
  }
  return drawn;
}
