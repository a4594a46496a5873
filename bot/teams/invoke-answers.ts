/**
 * What an invoke is answered: always a body that Teams understands, so that nobody sees "Something went wrong".
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
 */
import type { Choice } from '../renderers/block-kit-inputs.ts';

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body?: object;
}

export const done: HttpAnswer = { status: 200 };

/** Of a list that is searched: as many as Teams shows at once. */
const shownChoices = 15;

export function answerCard(value: object): HttpAnswer {
  const type = 'application/vnd.microsoft.card.adaptive';
  return { status: 200, body: { statusCode: 200, type, value } };
}

/** A line that only who clicked sees. */
export function answerLine(value: string): HttpAnswer {
  const type = 'application/vnd.microsoft.activity.message';
  return { status: 200, body: { statusCode: 200, type, value } };
}

export function answerChoices(choices: readonly Choice[]): HttpAnswer {
  const results = choices.slice(0, shownChoices).map(({ title, value }) => ({ title, value }));
  const type = 'application/vnd.microsoft.search.searchResponse';
  return { status: 200, body: { statusCode: 200, type, value: { results } } };
}

export function answerFault(status: number, message: string): HttpAnswer {
  const value = { code: String(status), message };
  return { status, body: { statusCode: status, type: 'application/vnd.microsoft.error', value } };
}

/** The client keeps the card that everybody sees: a view of one's own that cannot be drawn is no fault of the reader's. */
export function answerNoView(message: string): HttpAnswer {
  return { ...answerFault(404, message), status: 200 };
}
