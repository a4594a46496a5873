import { CallFault, call, protect } from './api.js';
import { createComposer } from './composer.js';
import { connect } from './connection.js';
import { createConnectionState } from './connection-state.js';
import { createConversation } from './conversation.js';
import { find } from './elements.js';
import { wordFault } from './fault-words.js';
import { createOutbox } from './outbox.js';
import { createPeopleMenu } from './people-menu.js';
import { watchEnd } from './scrolling.js';
import { createUnread } from './unread.js';
import { hideWelcome, showWelcome } from './welcome.js';

// The key is in a cookie by now: it need not stand in the address bar, the history or a screenshot.
history.replaceState(null, '', `/${location.hash}`);

async function start() {
  const session = await findSession();
  if (session === 'signed_out') return location.replace('/account.html');
  protect(session.csrf);
  find('account').hidden = !session.csrf;
  const { people, examples } = await call('people');
  if (people.length === 0)
    return say('There are no lab people here: use Slack, Teams or the terminal.');
  const desk = { people, examples, current: undefined };
  desk.onState = createConnectionState(() => desk.current?.connection.retry());
  desk.unread = createUnread(() => showPeople(desk));
  desk.composer = createComposer((text) => desk.current.outbox.send(text));
  desk.menu = createPeopleMenu(people, ({ login }) => {
    location.hash = login;
    desk.composer.focus();
  });
  addEventListener('hashchange', () => choose(desk));
  watchEnd();
  choose(desk);
}

/** Empty where nobody signs in: lab people are switched between. */
async function findSession() {
  try {
    return await call('session');
  } catch ({ code }) {
    if (code === 'sign_in_needed') return 'signed_out';
    throw new CallFault(code);
  }
}

/** The fragment of the address names the person: `#bob`. */
function choose(desk) {
  const login = decodeURIComponent(location.hash.slice(1));
  const person = desk.people.find((one) => one.login === login) ?? desk.people[0];
  desk.current?.connection.close();
  desk.current?.outbox.close();
  document.title = `${person.name} – Drover`;
  hideWelcome();
  const outbox = createOutbox(person.id);
  const conversation = createConversation(person, outbox);
  desk.current = { person, outbox, conversation };
  desk.current.connection = connect(person.id, listen(desk, desk.current));
  desk.composer.choosePerson(person.id);
  desk.composer.focus();
  showPeople(desk);
}

function listen(desk, { person, conversation }) {
  let isFirst = true;
  const show = (messages) => {
    conversation.showAll(messages, { areNews: !isFirst });
    desk.unread.see(person.id, conversation.listIds());
    if (messages.length > 0) hideWelcome();
  };
  return {
    onState: desk.onState,
    onMessage: (message) => show([message]),
    onOthers: ({ personId, messageIds }) => desk.unread.learn(personId, messageIds),
    onList: (messages) => {
      show(messages);
      isFirst = false;
      if (conversation.listIds().length > 0) return;
      showWelcome(person, desk.examples, (example) => desk.composer.fill(example));
    },
  };
}

function showPeople({ menu, current, unread }) {
  if (current) menu.show(current.person, unread.count());
}

function say(text) {
  find('banner').hidden = false;
  find('banner-retry').hidden = true;
  find('banner-text').textContent = text;
}

start().catch((fault) => say(wordFault(fault)));
