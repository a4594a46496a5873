import { find } from './elements.js';

const nearEndPx = 120;

export function isAtEnd() {
  const { scrollHeight } = document.documentElement;
  return scrollHeight - scrollY - innerHeight < nearEndPx;
}

export function goToEnd() {
  scrollTo(0, document.documentElement.scrollHeight);
  find('newer').hidden = true;
}

/** A reader who looks at something older stays there. */
export function offerEnd(count) {
  const newer = find('newer');
  newer.textContent = count === 1 ? 'New message below' : `${count} new messages below`;
  newer.hidden = false;
}

export function watchEnd() {
  find('newer').addEventListener('click', goToEnd);
  addEventListener('scroll', () => {
    if (isAtEnd()) find('newer').hidden = true;
  });
}
