/** The program that draws the card. */
export interface CardHost {
  /** Of the card as JSON in UTF-8. */
  readonly bytes: number;
  readonly rows: number;
  /** Puts buttons, a title's state and the cells of a row under each other where they do not fit beside each other. */
  readonly reflows: boolean;
}

/** Teams takes no message over 28 KB, and a card is only a part of one. */
export const teamsHost: CardHost = { bytes: 25_000, rows: 100, reflows: false };
/** Our own page, by its cards.css. */
export const consoleHost: CardHost = { bytes: 500_000, rows: 500, reflows: true };

/** How much of a card is drawn. */
interface Amounts {
  /** Of one text, in UTF-16 units. */
  readonly letters: number;
  readonly blocks: number;
  readonly rows: number;
  /** Steps and fields. */
  readonly items: number;
  readonly codeLines: number;
  readonly inputs: number;
  readonly choices: number;
  readonly actions: number;
  readonly withDetails: boolean;
}

export type CardLimits = Amounts & Pick<CardHost, 'reflows'>;

const most: Amounts = {
  letters: 3_000,
  blocks: 40,
  rows: 100,
  items: 60,
  codeLines: 100,
  inputs: 30,
  choices: 200,
  actions: 25,
  withDetails: true,
};
const bare = { ...most, withDetails: false, letters: 600, items: 30, blocks: 20, codeLines: 60 };
const least = { letters: 40, items: 4, codeLines: 8, choices: 5, actions: 8, withDetails: false };

const levels: readonly Amounts[] = [
  { ...most, withDetails: false },
  { ...most, withDetails: false, rows: 60 },
  { ...bare, rows: 40, choices: 100 },
  { ...bare, rows: 25, choices: 60 },
  { ...bare, rows: 15, choices: 30, letters: 300 },
  { ...bare, rows: 8, choices: 15, letters: 150, items: 15, inputs: 15, codeLines: 30 },
  { ...least, rows: 3, blocks: 5, inputs: 8 },
  { ...least, rows: 0, blocks: 0, inputs: 5 },
];

/** From all to the least that can be: the first that fits is taken. What is left out is said on the card. */
export function listLimits({ rows, reflows }: CardHost): readonly [CardLimits, ...CardLimits[]] {
  return [{ ...most, rows, reflows }, ...levels.map((level) => ({ ...level, reflows }))];
}
