/** Nobody waits here as long as Drover does before it asks an operator. */
import { PATIENCE } from '#core/jobs/loop.ts';

export const IMPATIENCE = { ...PATIENCE, lookMs: 300, looks: 2 };

export const IMPATIENT_WORDS =
  'in Drover: an operator is asked after a second instead of a quarter of an hour';
