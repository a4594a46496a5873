import { call } from './api.js';

const firstDelayMs = 500;
const longestDelayMs = 10_000;

/**
 * Keeps one person's stream open.
 *
 * The list is read each time it opens, so nothing between two streams is missed; who listens keeps the higher
 * versions. `onState` gets `connecting`, `live`, `lost` or `refused` (a new key: only a person can go on).
 */
export function connect(personId, { onList, onMessage, onOthers, onState }) {
  const as = encodeURIComponent(personId);
  let source;
  let timer;
  let failures = 0;
  let isClosed = false;

  const lose = async () => {
    source.close();
    const fault = await call('people').then(
      () => undefined,
      (error) => error,
    );
    if (isClosed) return;
    if (fault?.code === 'key_refused') return onState('refused');
    onState('lost');
    clearTimeout(timer);
    timer = setTimeout(open, Math.min(firstDelayMs * 2 ** failures++, longestDelayMs));
  };
  const readList = async (current) => {
    try {
      const { messages } = await call(`messages?as=${as}`);
      if (isClosed || source !== current) return;
      failures = 0;
      onList(messages);
      onState('live');
    } catch {
      if (!isClosed && source === current) await lose();
    }
  };
  const open = () => {
    clearTimeout(timer);
    source?.close();
    const current = new EventSource(`/api/stream?as=${as}`);
    source = current;
    current.addEventListener('open', () => void readList(current));
    current.addEventListener('error', () => void lose());
    current.addEventListener('message', ({ data }) => onMessage(JSON.parse(data)));
    current.addEventListener('others', ({ data }) => onOthers(JSON.parse(data)));
  };

  onState('connecting');
  open();
  return {
    retry: open,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      source.close();
    },
  };
}
