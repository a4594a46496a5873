import { find } from './elements.js';
import { wordFault } from './fault-words.js';
import { wordTime } from './times.js';

/** Says whether what is shown is what is true, and since when not. */
export function createConnectionState(onRetry) {
  const banner = find('banner');
  const retry = find('banner-retry');
  let liveUntil;
  retry.addEventListener('click', onRetry);
  addEventListener('online', onRetry);

  const say = (text, { canRetry }) => {
    banner.hidden = text === '';
    // The same words again would be read out again.
    if (find('banner-text').textContent !== text) find('banner-text').textContent = text;
    retry.hidden = !canRetry;
  };
  return (state) => {
    document.documentElement.dataset.connection = state;
    find('connection').textContent = state === 'connecting' ? 'connecting' : '';
    if (state === 'live') liveUntil = undefined;
    if (state === 'lost') liveUntil ??= new Date();
    if (state === 'live' || state === 'connecting') say('', { canRetry: false });
    if (state === 'lost') say(wordLost(liveUntil), { canRetry: true });
    if (state === 'refused') say(wordFault({ code: 'key_refused' }), { canRetry: false });
  };
}

function wordLost(since) {
  return `No connection to Drover since ${wordTime(since)}. What you see is from then; trying again.`;
}
