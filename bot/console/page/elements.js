/** Finds what index.html holds. */
export function find(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`No #${id} on the page`);
  return element;
}

/** Makes an element; texts are texts, never mark-up (H35). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function makeButton(label, onClick, attributes = {}) {
  const button = make('button', { type: 'button', ...attributes }, label);
  button.addEventListener('click', onClick);
  return button;
}
