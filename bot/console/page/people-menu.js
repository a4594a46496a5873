import { find, make } from './elements.js';

/** Who is asking: a menu of the lab's people, each with the number of messages not seen yet. */
export function createPeopleMenu(people, onChoose) {
  const button = find('people-button');
  const menu = find('people-menu');
  const items = people.map((person) => createItem(person, () => choose(person)));
  menu.replaceChildren(...items);
  find('people').hidden = false;

  const close = () => {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
  };
  const open = () => {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    items.find((item) => item.getAttribute('aria-checked') === 'true')?.focus();
  };
  const choose = (person) => {
    close();
    button.focus();
    onChoose(person);
  };
  button.addEventListener('click', () => (menu.hidden ? open() : close()));
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    open();
  });
  menu.addEventListener('keydown', (event) => handleKey(event, items, { close, button }));
  addEventListener('pointerdown', ({ target }) => {
    if (!menu.hidden && !find('people').contains(target)) close();
  });
  return { show: (chosen, unread) => showState({ people, items, button }, chosen, unread) };
}

function createItem({ name, login }, onClick) {
  const item = make(
    'button',
    { type: 'button', role: 'menuitemradio', tabindex: '-1' },
    make('span', { class: 'name' }, name),
    make('span', { class: 'login' }, login),
    make('span', { class: 'count' }),
  );
  item.addEventListener('click', onClick);
  return item;
}

function handleKey(event, items, { close, button }) {
  const place = items.indexOf(document.activeElement);
  const moves = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 };
  if (event.key === 'Escape' || event.key === 'Tab') close();
  if (event.key === 'Escape') button.focus();
  if (!(event.key in moves)) return;
  event.preventDefault();
  items.at(moves[event.key] % items.length).focus();
}

function showState({ people, items, button }, chosen, unread) {
  let others = 0;
  for (const [place, { id }] of people.entries()) {
    const count = id === chosen.id ? 0 : (unread.get(id) ?? 0);
    others += count;
    items[place].setAttribute('aria-checked', String(id === chosen.id));
    items[place].querySelector('.count').textContent = count === 0 ? '' : `${count} new`;
  }
  button.replaceChildren(make('span', { class: 'unseen' }, 'You are '), chosen.name);
  if (others > 0) {
    const forOthers = make('span', { class: 'unseen' }, ' for others');
    button.append(' ', make('span', { class: 'count' }, `${others} new`, forOthers));
  }
}
