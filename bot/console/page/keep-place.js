import { isOpen, listAsks, listToggles } from './draw-card.js';

/** Shows in `next` what the reader had opened in `card`; before `next` is drawn. */
export function keepVisible(card, next) {
  for (const toggle of listToggles(card)) {
    for (const id of Object.keys(toggle.targetElements)) {
      const part = next.getElementById(id);
      const shown = card.getElementById(id)?.isVisible;
      if (part && shown !== undefined) part.isVisible = shown;
    }
  }
}

/** Fills in what the reader had typed; before `next` is drawn. */
export function keepTyped(typed, next) {
  for (const input of next.getAllInputs()) {
    const value = typed.get(input.id);
    if (value !== undefined) input.defaultValue = value;
  }
}

/** Notes where the reader is in a card that is about to be replaced; the answer puts them back there. */
export function notePlace(card, element) {
  const openTitles = listAsks(card)
    .filter(isOpen)
    .map(({ title }) => title);
  const focused = element.contains(document.activeElement) ? document.activeElement : undefined;
  const focusedField = focused && card.getAllInputs().find((input) => holds(input, focused));
  return (next, row) => {
    for (const ask of listAsks(next)) if (openTitles.includes(ask.title)) ask.execute();
    if (!focused) return;
    const field = next.getAllInputs().find(({ id }) => id === focusedField?.id);
    const target = field ? findField(field) : findButton(row, focused);
    // What was focused is gone (decided, ended): the row keeps the reader's place.
    (target ?? row).focus({ preventScroll: true });
    if (field) keepCaret(focused, target);
  };
}

function holds(input, element) {
  return input.renderedElement?.contains(element) === true;
}

function findField(input) {
  return input.renderedElement?.querySelector('input, textarea, select') ?? undefined;
}

function findButton(row, { textContent }) {
  return [...row.querySelectorAll('.card [role="button"]')].find(
    (button) => button.textContent === textContent,
  );
}

function keepCaret(from, to) {
  if (to instanceof HTMLInputElement || to instanceof HTMLTextAreaElement) {
    if (from.selectionStart !== null) to.setSelectionRange(from.selectionStart, from.selectionEnd);
  }
}
