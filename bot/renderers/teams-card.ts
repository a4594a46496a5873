/**
 * A card as a message in Teams: an Adaptive Card 1.5 whose buttons are answered at once, and one line for notifications.
 *
 * Pure. Each action is an Action.Execute with an Action.Submit for clients that know none. Where several people read, the
 * card asks Teams to fetch each reader's own view. Words of people and platforms stand as the Adaptive Card renderer puts
 * them: letter-true, and nowhere read as mark-up (H35).
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views
 */
import type { Card } from '../cards/card.ts';
import { type AdaptiveCardJson, type ListPictures, toAdaptiveCard } from './adaptive-card.ts';
import { teamsHost } from './adaptive-limits.ts';
import { cutLetters, type Json } from './letter-true.ts';
import { findSearchedInputs, shortenChoices, toSearched } from './teams-choices.ts';
import { actVerb, refreshVerb, toRefreshData } from './teams-ids.ts';
import { toVisibleText } from './visible-text.ts';

export interface TeamsMessage {
  /** In notifications and lists of chats. */
  readonly summary: string;
  readonly attachments: readonly {
    readonly contentType: 'application/vnd.microsoft.card.adaptive';
    readonly content: TeamsCard;
  }[];
}

export interface TeamsCard extends AdaptiveCardJson {
  readonly refresh?: Json;
}

export interface TeamsCardOptions {
  /** Opaque: the message view of which each reader gets their own. Left out: all see the same. */
  readonly ref?: string | undefined;
  /** `29:…`; without them Teams asks for everybody in a conversation of at most 60. */
  readonly viewers?: readonly string[] | undefined;
  /** Left out: pictures are drawn as text. */
  readonly listPictures?: ListPictures | undefined;
}

/** Ids that one card may be refreshed for by itself. */
export const viewersAtMost = 60;
const summaryLetters = 300;

export function toTeamsMessage(card: Card, options: TeamsCardOptions = {}): TeamsMessage {
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return {
    summary: cutLetters(toVisibleText(card.summary), summaryLetters),
    attachments: [{ contentType, content: toTeamsCard(card, options) }],
  };
}

export function toTeamsCard(card: Card, options: TeamsCardOptions = {}): TeamsCard {
  const searched = findSearchedInputs(card);
  const short = shortenChoices(card, searched);
  let bytes = teamsHost.bytes;
  for (;;) {
    const json = toAdaptiveCard(short, { ...teamsHost, bytes }, options.listPictures);
    const drawn = { ...(toTeams(json, searched) as AdaptiveCardJson), ...toRefresh(options) };
    const over = measure(drawn) - teamsHost.bytes;
    // The least that can be drawn is far below the limit.
    if (over <= 0 || bytes < 1_000) return drawn;
    bytes = Math.min(bytes, measure(json)) - over;
  }
}

function measure(json: object): number {
  return Buffer.byteLength(JSON.stringify(json));
}

function toRefresh({ ref, viewers = [] }: TeamsCardOptions): { readonly refresh?: Json } {
  if (ref === undefined) return {};
  const userIds = viewers.slice(0, viewersAtMost);
  const action = { type: 'Action.Execute', verb: refreshVerb, data: toRefreshData(ref) };
  return { refresh: { action, ...(userIds.length === 0 ? {} : { userIds }) } };
}

/** The same card with its actions and long lists as Teams has them. */
function toTeams(json: unknown, searched: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(json)) return json.map((one) => toTeams(one, searched));
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).map(([name, value]) => [name, toTeams(value, searched)]);
  const element: Json = Object.fromEntries(entries);
  switch (element.type) {
    case 'Action.Submit':
      return toExecute(element);
    case 'Input.ChoiceSet':
      return toSearched(element, searched);
    case 'TextRun':
      return toReadable(element);
    default:
      return element;
  }
}

/** Teams' yellow and light green can hardly be read on white; a mark of one letter is known by its shape. */
function toReadable(run: Json): Json {
  const isPale = run.color === 'Warning' || run.color === 'Good';
  if (!isPale || (run.color === 'Good' && String(run.text).length === 1)) return run;
  const { color: _color, ...rest } = run;
  return { ...rest, weight: 'Bolder' };
}

function toExecute(submit: Json): Json {
  return { ...submit, type: 'Action.Execute', verb: actVerb, fallback: submit };
}
