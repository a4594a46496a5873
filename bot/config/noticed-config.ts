/** `noticed`: from when on operators are told, and from when on it is over. */
import { z } from 'zod';

const percent = z.number().min(0).max(100);

export const NoticedConfig = z
  .strictObject({
    /** A datastore with less free space is told; 0: never. */
    datastoreFreePercent: percent.default(10),
    /** With so much free it is over. */
    datastoreClearedPercent: percent.default(12),
  })
  .refine(({ datastoreFreePercent: free, datastoreClearedPercent: cleared }) => cleared >= free, {
    path: ['datastoreClearedPercent'],
    message: 'must be at least datastoreFreePercent: else it would be over while it goes on',
  });
