import { call } from './api.js';
import { find, make, makeButton } from './elements.js';
import { wordFault } from './fault-words.js';
import { recall, remember } from './memory.js';
import { createTyped } from './message-row.js';
import { goToEnd } from './scrolling.js';

const keptTexts = 200;

/**
 * What this tab's person typed: shown at once, kept until its answer is there and over a lost connection.
 *
 * A text that was not sent is tried again under its first id, so that it counts once.
 */
export function createOutbox(as) {
  const memoryKey = `typed.${as}`;
  const texts = new Map(recall(sessionStorage, memoryKey, []));
  const rows = new Map();
  const list = find('outbox');
  list.replaceChildren();

  const keep = () => remember(sessionStorage, memoryKey, [...texts].slice(-keptTexts));
  const forget = (id) => {
    texts.delete(id);
    settle(id);
    keep();
  };
  const settle = (id) => {
    rows.get(id)?.remove();
    rows.delete(id);
  };
  const show = (id, ...children) => {
    settle(id);
    const row = make('li', {}, ...children);
    rows.set(id, row);
    list.append(row);
    goToEnd();
  };
  const showFault = (id, reason) => {
    const again = makeButton('Try again', () => send(id));
    const drop = makeButton('Remove', () => forget(id));
    show(id, createHead(texts.get(id).text), createFault(`Not sent. ${reason}`, again, drop));
  };
  const send = async (id) => {
    const { text } = texts.get(id);
    show(id, createHead(text, 'sending'));
    const fault = await call('messages', { as, id, text }).then(
      () => undefined,
      (error) => error,
    );
    if (!fault) texts.set(id, { text, isSent: true });
    keep();
    // Its answer can be here before the word that it arrived, or another person has been chosen.
    if (!rows.has(id)) return;
    if (fault) showFault(id, wordFault(fault));
    else show(id, createHead(text, 'sent'));
  };

  for (const [id, { isSent }] of texts) if (!isSent) showFault(id, 'The page was left before.');
  return {
    send: (text) => {
      const id = crypto.randomUUID();
      texts.set(id, { text, isSent: false });
      keep();
      return send(id);
    },
    /** Takes the text of the message that is answered now. */
    claim: (id) => {
      settle(id);
      const text = texts.get(id)?.text;
      if (text !== undefined) texts.set(id, { text, isSent: true });
      keep();
      return text;
    },
    close: () => rows.clear(),
  };
}

function createHead(text, status = '') {
  return make('p', { class: 'head' }, createTyped(text), make('span', {}, status));
}

function createFault(text, ...buttons) {
  return make('div', { class: 'status', role: 'alert' }, make('p', {}, text), ...buttons);
}
