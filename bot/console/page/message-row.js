import { createCardView } from './card-view.js';
import { make, makeButton } from './elements.js';
import { wordFault } from './fault-words.js';
import { createTime } from './times.js';

/** One message: what was typed, when, the card that answers, and whether a click on it was lost. */
export function createMessageRow(message, onClick) {
  const row = make('li', { class: 'message', tabindex: '-1' });
  const status = make('div', { class: 'status', role: 'alert' });
  let shown = message;

  const submit = async (values) => {
    row.setAttribute('aria-busy', 'true');
    status.replaceChildren();
    try {
      await onClick(shown, values);
      view.forgetTyped();
    } catch (fault) {
      const again = makeButton('Try again', () => submit(values));
      status.replaceChildren(make('p', {}, `Not sent. ${wordFault(fault)}`), again);
      status.scrollIntoView({ block: 'nearest' });
    } finally {
      row.removeAttribute('aria-busy');
    }
  };
  const view = createCardView(row, message.adaptiveCard, submit);
  row.append(createHead(message), view.element, status);
  describe(row, message);

  return {
    element: row,
    sentAt: message.sentAt,
    /** False when this is older than what is shown, or the same. */
    update: (next) => {
      if (next.version <= shown.version) return false;
      shown = next;
      status.replaceChildren();
      view.update(next.adaptiveCard);
      describe(row, next);
      return true;
    },
  };
}

function describe(row, { summary, tone }) {
  row.dataset.tone = tone;
  row.setAttribute('aria-label', summary);
}

function createHead({ sentAt, said }) {
  const head = make('p', { class: 'head' });
  head.append(said === undefined ? make('span', {}, 'Drover') : createTyped(said));
  head.append(createTime(new Date(sentAt)));
  return head;
}

export function createTyped(text) {
  return make('span', { class: 'typed' }, make('span', { class: 'unseen' }, 'You: '), text);
}
