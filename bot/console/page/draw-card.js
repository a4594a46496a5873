import { registerPictures } from './draw-picture.js';
import { hostConfig } from './host-config.js';

const {
  AdaptiveCard,
  GlobalSettings,
  HostConfig,
  ShowCardAction,
  SubmitAction,
  ToggleVisibilityAction,
} = globalThis.AdaptiveCards;

// Words are data, never mark-down (H35).
AdaptiveCard.onProcessMarkdown = () => {};
GlobalSettings.setTabIndexAtCardRoot = false;
registerPictures();
const look = new HostConfig(hostConfig);

/** Reads a card; `drawCard` makes its element. Between the two its inputs and visible parts can be set. */
export function readCard(content, { onSubmit, onTyped }) {
  const card = new AdaptiveCard();
  card.hostConfig = look;
  card.parse(content);
  card.onExecuteAction = (action) => {
    if (action instanceof SubmitAction) onSubmit(action.data);
  };
  card.onInputValueChanged = (input) => onTyped(input.id, input.value);
  card.onElementVisibilityChanged = () => sayWhatIsOpen(card);
  return card;
}

export function drawCard(card) {
  const element = card.render();
  // The row around it carries the summary.
  element.removeAttribute('aria-label');
  dropIds(element);
  sayWhatIsOpen(card);
  keepCaretsUnderTheirLetters(element);
  element.addEventListener('keydown', (event) => handleKey(card, event));
  return element;
}

export function listAsks(card) {
  return listActions(card, ShowCardAction);
}

export function listToggles(card) {
  return listActions(card, ToggleVisibilityAction);
}

/** The renderer lists some of them twice. */
function listActions(card, type) {
  return [...new Set(card.getAllActions())].filter((action) => action instanceof type);
}

export function isOpen(ask) {
  return ask.renderedElement?.getAttribute('aria-expanded') === 'true';
}

/** A line of carets must not be parted from the line above it: both scroll where they would wrap. */
function keepCaretsUnderTheirLetters(element) {
  for (const line of element.querySelectorAll('.ac-richTextBlock')) {
    if (!/^\s*\^+\s*$/.test(line.textContent)) continue;
    line.parentElement.classList.add('aligned');
    line.parentElement.tabIndex = 0;
    requestAnimationFrame(() => scrollToCaret(line));
  }
}

/** In a narrow window the line begins where the caret can be seen. */
function scrollToCaret(line) {
  const box = line.parentElement;
  const [text] = line.children;
  const end = (text.offsetWidth * line.textContent.trimEnd().length) / line.textContent.length;
  const margin = box.clientWidth / 8;
  box.scrollLeft = Math.max(0, text.offsetLeft - box.offsetLeft + end + margin - box.clientWidth);
}

/** From now on a question that is opened gets the focus. */
export function followOpening(card) {
  const fields = 'input, textarea, select, button';
  card.onInlineCardExpanded = (ask, isExpanded) => {
    if (!isExpanded) return;
    ask.card.renderedElement?.querySelector(fields)?.focus();
    ask.card.renderedElement?.scrollIntoView({ block: 'nearest' });
  };
}

/** "Details" says whether they are shown. */
function sayWhatIsOpen(card) {
  for (const toggle of listToggles(card)) {
    const [target] = Object.keys(toggle.targetElements);
    const isShown = card.getElementById(target)?.isVisible === true;
    // A line to tap is no button of its own: the part around it is.
    const element = toggle.renderedElement ?? toggle.parent?.renderedElement;
    element?.setAttribute('aria-expanded', String(isShown));
  }
}

/** Every card calls its details `details`; on one page ids must differ, and nothing looks for these. */
function dropIds(root) {
  for (const element of root.querySelectorAll('[id]:not([id^="__ac"], .picture *)'))
    element.removeAttribute('id');
  for (const element of root.querySelectorAll('[aria-controls]'))
    element.removeAttribute('aria-controls');
}

/** Escape closes an opened question; Enter presses its button, in a field of several lines with Ctrl or ⌘. */
function handleKey(card, event) {
  if (event.key === 'Escape') {
    const ask = listAsks(card).find(isOpen);
    if (!ask) return;
    event.stopPropagation();
    ask.execute();
    ask.renderedElement.focus();
  }
  if (event.key === 'Enter' && sendsWithEnter(event)) {
    event.preventDefault();
    findOnlyButton(event.target.closest('.ac-adaptiveCard'))?.click();
  }
}

function sendsWithEnter({ target, isComposing, ctrlKey, metaKey }) {
  if (isComposing) return false;
  if (target instanceof HTMLTextAreaElement) return ctrlKey || metaKey;
  return target instanceof HTMLInputElement;
}

function findOnlyButton(scope) {
  const buttons = [...scope.querySelectorAll('.ac-pushButton')].filter(
    (button) =>
      button.closest('.ac-adaptiveCard') === scope && !button.hasAttribute('aria-expanded'),
  );
  const primary = buttons.find((button) => button.classList.contains('primary'));
  return primary ?? (buttons.length === 1 ? buttons[0] : undefined);
}
