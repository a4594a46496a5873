import { call } from './api.js';

const doubleClickMs = 1000;

/**
 * Sends clicks so that each counts once.
 *
 * The same click (card, version, button, values) goes out under one id while it is on its way, when it is tried
 * again after a lost answer, and as the second half of a double click.
 */
export function createClicks(as) {
  const clicks = new Map();

  return async (message, { actionId, ...inputs }) => {
    const name = JSON.stringify([message.id, message.version, actionId, inputs]);
    const earlier = clicks.get(name);
    if (earlier?.isOnItsWay || isDouble(earlier)) return;
    const isRetry = earlier !== undefined && earlier.arrivedAt === undefined;
    const click = { id: isRetry ? earlier.id : crypto.randomUUID(), isOnItsWay: true };
    clicks.set(name, click);
    try {
      await call('actions', { as, id: click.id, actionId, inputs });
      click.arrivedAt = performance.now();
    } finally {
      click.isOnItsWay = false;
    }
  };
}

function isDouble(earlier) {
  return earlier?.arrivedAt !== undefined && performance.now() - earlier.arrivedAt < doubleClickMs;
}
