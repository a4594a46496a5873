import { find, make, makeButton } from './elements.js';

/** Three lines for an empty conversation: who you are, what to do, what to try. */
export function showWelcome(person, examples, onExample) {
  const welcome = find('welcome');
  welcome.replaceChildren(
    make('h2', {}, `You are ${person.name}.`),
    make('p', {}, 'Type a command below; Drover answers here and keeps its cards up to date.'),
    make('p', {}, examples.length === 0 ? 'Begin with help.' : 'To begin with:'),
    make('ul', {}, ...examples.map((example) => createExample(example, onExample))),
  );
  welcome.hidden = false;
}

export function hideWelcome() {
  find('welcome').hidden = true;
}

function createExample(example, onExample) {
  return make(
    'li',
    {},
    makeButton(example, () => onExample(example)),
  );
}
