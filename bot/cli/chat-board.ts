/** The messages of one window as they stand now, and the numbers under which their actions are typed. */
import type { Action } from '../cards/card.ts';
import type { MessageView } from '../conversation/conversation-port.ts';

export type Numbered =
  | { readonly found: 'action'; readonly view: MessageView; readonly action: Action }
  | { readonly found: 'details'; readonly view: MessageView }
  /** It was on a card, and the card no longer has it. */
  | { readonly found: 'gone'; readonly label: string }
  | { readonly found: 'nothing' };

export interface ChatBoard {
  put(view: MessageView): void;
  numberOf(view: MessageView, action: Action): number;
  detailsNumberOf(view: MessageView): number;
  find(number: number): Numbered;
  /** The last changed comes last. */
  list(): readonly MessageView[];
}

interface Place {
  readonly messageId: string;
  /** `undefined`: the card's details. */
  readonly label: string | undefined;
  /** Which of the actions with this label. */
  readonly nth: number;
}

/**
 * Numbers rise over the whole session and are never used twice, so an old line on the screen cannot mean a new card.
 *
 * An action keeps its number while its card changes, by its label: its id may be new with each version.
 */
export function createChatBoard(): ChatBoard {
  const views = new Map<string, MessageView>();
  const places: Place[] = [];
  const numbers = new Map<string, number>();

  function toNumber(place: Place): number {
    const key = JSON.stringify([place.messageId, place.label ?? null, place.nth]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = places.push(place);
    numbers.set(key, number);
    return number;
  }

  return {
    put(view) {
      views.delete(view.id);
      views.set(view.id, view);
    },
    numberOf: (view, action) =>
      toNumber({ messageId: view.id, label: action.label, nth: countBefore(view, action) }),
    detailsNumberOf: (view) => toNumber({ messageId: view.id, label: undefined, nth: 0 }),
    find: (number) => resolve(places[number - 1], views),
    list: () => [...views.values()],
  };
}

function countBefore(view: MessageView, action: Action): number {
  const before = view.card.actions.slice(0, view.card.actions.indexOf(action));
  return before.filter((other) => other.label === action.label).length;
}

function resolve(place: Place | undefined, views: ReadonlyMap<string, MessageView>): Numbered {
  const view = place && views.get(place.messageId);
  if (place === undefined || view === undefined) return { found: 'nothing' };
  if (place.label === undefined) return { found: 'details', view };
  const action = view.card.actions.filter((one) => one.label === place.label)[place.nth];
  if (action === undefined) return { found: 'gone', label: place.label };
  return { found: 'action', view, action };
}
