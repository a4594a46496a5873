const words = {
  not_reachable: 'Drover did not answer.',
  key_refused: 'Drover was started again. Open the address that it printed.',
  body_too_large: 'This is longer than 64 KiB.',
  person_unknown: 'This person is no longer there.',
  storage_full: 'The disk that Drover writes to is full.',
  storage_in_use: 'Drover could not write: its database is busy.',
};

/** The reason in a sentence; a code without words is shown as it is, for the log. */
export function wordFault({ code, text, message }) {
  return words[code] ?? text ?? `Drover answered “${code ?? message}”.`;
}
