import { call } from './api.js';
import { find, make, makeButton } from './elements.js';
import { wordFault } from './fault-words.js';
import { recall, remember } from './memory.js';
import { createTyped } from './message-row.js';
import { goToEnd } from './scrolling.js';

/**
 * What this tab's person typed and has no answer yet: shown at once, and kept over a lost connection.
 *
 * A text that was not sent is tried again under its first id, so that it counts once.
 */
export function createOutbox(as) {
  const memoryKey = `unsent.${as}`;
  const unsent = new Map(recall(sessionStorage, memoryKey, []));
  const rows = new Map();
  const list = find('outbox');
  list.replaceChildren();

  const keep = () => remember(sessionStorage, memoryKey, [...unsent]);
  const settle = (id) => {
    rows.get(id)?.remove();
    rows.delete(id);
    if (unsent.delete(id)) keep();
  };
  const show = (id, ...children) => {
    const row = make('li', {}, ...children);
    rows.get(id)?.remove();
    rows.set(id, row);
    list.append(row);
    goToEnd();
  };
  const showFault = (id, text, reason) => {
    const again = makeButton('Try again', () => send(id, text));
    const drop = makeButton('Remove', () => settle(id));
    show(id, createHead(text), createFault(`Not sent. ${reason}`, again, drop));
  };
  const send = async (id, text) => {
    show(id, createHead(text, 'sending'));
    const fault = await call('messages', { as, id, text }).then(
      () => undefined,
      (error) => error,
    );
    if (!fault && unsent.delete(id)) keep();
    // Its answer can be here before the word that it arrived, or another person has been chosen.
    if (!rows.has(id)) return;
    if (fault) showFault(id, text, wordFault(fault));
    else show(id, createHead(text, 'sent'));
  };

  for (const [id, text] of unsent) showFault(id, text, 'The page was left before.');
  return {
    send: (text) => {
      const id = crypto.randomUUID();
      unsent.set(id, text);
      keep();
      return send(id, text);
    },
    /** The message with this id is answered. */
    settle,
    close: () => rows.clear(),
  };
}

function createHead(text, status = '') {
  return make('p', { class: 'head' }, createTyped(text), make('span', {}, status));
}

function createFault(text, ...buttons) {
  return make('div', { class: 'status', role: 'alert' }, make('p', {}, text), ...buttons);
}
