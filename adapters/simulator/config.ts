/** Section `lab` of `drover.yaml`. */
import { z } from 'zod';
import { LabFault } from './fault-list.ts';
import { LabPeople } from './people-file.ts';

export const LabConfig = z.strictObject({
  /** How many times faster than real machines; 0: everything at once. */
  speed: z.number().min(0).max(1_000_000).default(10),
  /** Of the estate that is made when none is given. */
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** Path of an estate file (`docs/lab.md`); counts when the lab is made for the first time. */
  estate: z.string().min(1).optional(),
  /** Path of a people file, or the people themselves. */
  people: z.union([z.string().min(1), LabPeople]).optional(),
  /** Faults to order, planned anew at each start. */
  faults: z.array(LabFault).default([]),
});
export type LabConfig = z.infer<typeof LabConfig>;
