import { drawCard, followOpening, readCard } from './draw-card.js';
import { keepTyped, keepVisible, notePlace } from './keep-place.js';
import { patchCard } from './patch-card.js';

/**
 * One card on the page, edited in place.
 *
 * An edit that leaves buttons and fields alone changes only texts. Any other draws the card anew and gives back what
 * was opened, typed and focused; it waits while the pointer is down on the card, or the click would be lost.
 */
export function createCardView(row, content, onSubmit) {
  const typed = new Map();
  const handlers = { onSubmit, onTyped: (id, value) => typed.set(id, value) };
  const element = document.createElement('div');
  element.className = 'card';
  let shown = { content, card: readCard(content, handlers) };
  let waiting;
  element.append(drawCard(shown.card));
  followOpening(shown.card);

  const show = (nextContent) => {
    const card = readCard(nextContent, handlers);
    keepTyped(typed, card);
    keepVisible(shown.card, card);
    const drawn = drawCard(card);
    const [current] = element.children;
    if (hasSameControls(shown.content, nextContent) && patchCard(current, drawn)) {
      shown = { ...shown, content: nextContent };
      return;
    }
    const goBack = notePlace(shown.card, element);
    element.replaceChildren(drawn);
    goBack(card, row);
    followOpening(card);
    shown = { content: nextContent, card };
  };
  const isHeld = watchPointer(element, () => {
    if (waiting) show(waiting);
    waiting = undefined;
  });

  return {
    element,
    forgetTyped: () => typed.clear(),
    update: (nextContent) => {
      if (isHeld()) waiting = nextContent;
      else show(nextContent);
    },
  };
}

function hasSameControls(content, nextContent) {
  return listControls(content) === listControls(nextContent);
}

/** Everything that can be clicked or filled in, and the parts around it. */
function listControls(content) {
  const parts = content.body.map(({ type, id }) => [type, id]);
  const controls = [];
  const collect = (value) => {
    if (value === null || typeof value !== 'object') return;
    if (/^(Action|Input)\./.test(value.type)) controls.push(value);
    else for (const inner of Object.values(value)) collect(inner);
  };
  collect(content);
  return JSON.stringify([parts, controls]);
}

/** True from the press to after the click that it makes; then calls back. */
function watchPointer(element, onRelease) {
  let isDown = false;
  const release = () =>
    setTimeout(() => {
      isDown = false;
      onRelease();
    });
  element.addEventListener('pointerdown', () => {
    isDown = true;
    addEventListener('pointerup', release, { once: true });
    addEventListener('pointercancel', release, { once: true });
  });
  return () => isDown;
}
