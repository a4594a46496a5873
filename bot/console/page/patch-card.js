/**
 * Takes over the texts of a newly drawn card into the one on the page, node by node.
 *
 * So an edit moves no focus, closes no question and loses no click. Buttons and fields stay as they are: the caller
 * makes sure that they are the same. False, and nothing is changed, when the two are built too differently.
 */
export function patchCard(current, next) {
  if (!canPatch(current, next)) return false;
  patch(current, next);
  return true;
}

const controls = '[role="button"], input, textarea, select';
const kept = new Set([
  ...['id', 'style', 'for'],
  ...['aria-controls', 'aria-labelledby', 'aria-describedby', 'aria-expanded'],
]);

function canPatch(current, next) {
  if (isControl(current) || isControl(next)) return isControl(current) && isControl(next);
  if (current.querySelector(controls) === null && next.querySelector(controls) === null)
    return true;
  return (
    current.children.length === next.children.length &&
    [...current.children].every(
      (child, place) =>
        child.nodeName === next.children[place].nodeName && canPatch(child, next.children[place]),
    )
  );
}

/** A field with its label, or a row of buttons with the question that is open under it. */
function isControl(element) {
  return (
    element.querySelector(':scope > .ac-input-container, :scope > div > .ac-actionSet') !== null
  );
}

function patch(current, next) {
  if (isControl(current)) return;
  patchAttributes(current, next);
  const nextNodes = [...next.childNodes];
  const nodes = [...current.childNodes];
  for (const [place, nextNode] of nextNodes.entries()) patchNode(current, nodes[place], nextNode);
  for (const left of nodes.slice(nextNodes.length)) left.remove();
}

function patchNode(parent, node, nextNode) {
  if (node === undefined) parent.append(nextNode);
  else if (node.nodeName !== nextNode.nodeName) node.replaceWith(nextNode);
  else if (node.nodeType === Node.ELEMENT_NODE) patch(node, nextNode);
  else if (node.data !== nextNode.data) node.data = nextNode.data;
}

function patchAttributes(current, next) {
  for (const { name, value } of next.attributes) {
    if (!kept.has(name) && current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
  for (const { name } of [...current.attributes]) {
    if (!kept.has(name) && !next.hasAttribute(name)) current.removeAttribute(name);
  }
  // The policy of the page forbids style attributes; this way is open.
  if (current.style.cssText !== next.style.cssText) current.style.cssText = next.style.cssText;
}
