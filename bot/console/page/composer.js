import { find } from './elements.js';
import { recall, remember } from './memory.js';

const keptCommands = 100;

/** The line at the bottom: Enter sends, Shift+Enter breaks the line, arrow up brings back what was sent. */
export function createComposer(onSend) {
  const field = find('command');
  let history = createHistory('');

  const fill = (text) => {
    field.value = text;
    field.setSelectionRange(text.length, text.length);
  };
  const send = () => {
    const text = field.value.trim();
    if (text === '') return;
    history.add(text);
    field.value = '';
    onSend(text);
  };
  find('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
    field.focus();
  });
  field.addEventListener('keydown', (event) => {
    // The Enter that ends a Japanese or Chinese word sends nothing.
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    const recalled = recallLine(event, field, history);
    if (recalled === undefined) return;
    event.preventDefault();
    fill(recalled);
  });

  return {
    choosePerson: (personId) => {
      history = createHistory(personId);
    },
    focus: () => field.focus(),
    fill: (text) => {
      fill(text);
      field.focus();
    },
  };
}

function recallLine({ key, altKey, ctrlKey, metaKey }, field, history) {
  if (altKey || ctrlKey || metaKey) return undefined;
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  if (key === 'ArrowUp' && !before.includes('\n')) return history.goBack(field.value);
  if (key === 'ArrowDown' && !after.includes('\n')) return history.goOn();
  return undefined;
}

function createHistory(personId) {
  const memoryKey = `history.${personId}`;
  const commands = recall(sessionStorage, memoryKey, []);
  let place = commands.length;
  let draft = '';
  return {
    add: (text) => {
      if (commands.at(-1) !== text) commands.push(text);
      commands.splice(0, commands.length - keptCommands);
      remember(sessionStorage, memoryKey, commands);
      place = commands.length;
    },
    goBack: (current) => {
      if (place === commands.length) draft = current;
      if (place > 0) place--;
      return commands[place];
    },
    goOn: () => {
      if (place === commands.length) return undefined;
      place++;
      return commands[place] ?? draft;
    },
  };
}
