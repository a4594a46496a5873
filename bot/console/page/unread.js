import { recall, remember } from './memory.js';

const keptIds = 300;

/** Which messages nobody has looked at yet, by person; what one window shows counts as seen in all. */
export function createUnread(onChange) {
  const known = new Map();
  addEventListener('storage', onChange);

  return {
    learn: (personId, messageIds) => {
      known.set(personId, new Set([...(known.get(personId) ?? []), ...messageIds]));
      onChange();
    },
    see: (personId, messageIds) => {
      const seen = [...new Set([...recallSeen(personId), ...messageIds])];
      remember(localStorage, `seen.${personId}`, seen.slice(-keptIds));
      onChange();
    },
    count: () =>
      new Map([...known].map(([personId, ids]) => [personId, countNew(ids, recallSeen(personId))])),
  };
}

function recallSeen(personId) {
  return recall(localStorage, `seen.${personId}`, []);
}

function countNew(ids, seen) {
  return [...ids].filter((id) => !seen.includes(id)).length;
}
