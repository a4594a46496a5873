/**
 * What the page keeps over a reload: unsent texts in this tab only, ids of seen messages in every window.
 *
 * A browser may refuse to store anything; the page then only forgets.
 */
export function remember(storage, key, value) {
  try {
    storage.setItem(`drover.${key}`, JSON.stringify(value));
  } catch {
    // Full or switched off.
  }
}

export function recall(storage, key, otherwise) {
  try {
    return JSON.parse(storage.getItem(`drover.${key}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
