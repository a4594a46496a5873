/** A drawing as data: no mark-up, so that every place that shows it can make its own, with its own colours. */
import type { Tone } from '../cards/card.ts';

/** What a shape means; which colour that is, is said where it is shown. */
export type Look = 'grid' | 'end' | 'text' | 'quiet' | 'on-bar' | `bar-${Tone}`;

export type Shape =
  | {
      readonly shape: 'box';
      readonly look: Look;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  /** From top to bottom. */
  | {
      readonly shape: 'line';
      readonly look: Look;
      readonly x: number;
      readonly y1: number;
      readonly y2: number;
    }
  /** One line of letters that may be shown as they are; `y` is where they stand on. */
  | {
      readonly shape: 'text';
      readonly look: Look;
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly isStrong?: true;
      readonly align?: 'middle' | 'right';
    };

export interface Picture {
  /** In pixels, as all that is in it. */
  readonly width: number;
  readonly height: number;
  /** Left and right of all that is drawn. */
  readonly margin: number;
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly alt: string;
  readonly shapes: readonly Shape[];
}
