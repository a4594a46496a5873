/** A bar's meaning without its colour; what goes as it should has none. */
import type { Tone } from '../cards/card.ts';

export const toneMarks: Readonly<Record<Tone, string>> = {
  neutral: '',
  good: '✔',
  warning: '!',
  bad: '✖',
  busy: '',
};
