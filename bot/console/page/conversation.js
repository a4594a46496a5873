import { createClicks } from './clicks.js';
import { find } from './elements.js';
import { createMessageRow } from './message-row.js';
import { goToEnd, isAtEnd, offerEnd } from './scrolling.js';

const announcedAtOnce = 5;
/** A page that stays open for weeks keeps the newest; a reload shows 100. */
const mostRows = 300;

/** The messages of one person, oldest first: higher versions edit in place, new ones are announced. */
export function createConversation(person, outbox) {
  const rows = new Map();
  const list = find('conversation');
  const onClick = createClicks(person.id);
  list.replaceChildren();

  const add = (message) => {
    const row = createMessageRow(message, onClick);
    const after = [...rows.values()].findLast(({ sentAt }) => sentAt <= message.sentAt);
    if (after) after.element.after(row.element);
    else list.prepend(row.element);
    rows.set(message.id, row);
    sortRows(rows);
    if (rows.size > mostRows) dropOldest(rows);
  };
  /** Answers whether it is new. */
  const show = (message) => {
    outbox.settle(message.answers);
    const row = rows.get(message.id);
    if (row) row.update(message);
    else add(message);
    return row === undefined;
  };
  const showAll = (messages, { areNews }) => {
    const wasAtEnd = isAtEnd();
    const news = messages.filter(show);
    if (areNews) announce(news);
    if (wasAtEnd || !areNews) goToEnd();
    else if (news.length > 0) offerEnd(news.length);
  };

  return { showAll, listIds: () => [...rows.keys()] };
}

function dropOldest(rows) {
  const [[id, { element }]] = rows;
  element.remove();
  rows.delete(id);
}

/** Keeps the map in the order of the page. */
function sortRows(rows) {
  const sorted = [...rows].sort(([, one], [, other]) => compareTexts(one.sentAt, other.sentAt));
  rows.clear();
  for (const [id, row] of sorted) rows.set(id, row);
}

function compareTexts(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function announce(messages) {
  const announcer = find('announcer');
  for (const { summary } of messages) {
    const line = document.createElement('p');
    line.textContent = summary;
    announcer.append(line);
  }
  while (announcer.children.length > announcedAtOnce) announcer.firstElementChild.remove();
}
