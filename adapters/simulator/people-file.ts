/** The lab's people as an operator writes them: in `lab.people`, or in a file that it names. */
import { z } from 'zod';
import { ACCOUNT_STATES } from '#core/ports/directory.ts';
import { readLabFile } from './lab-file.ts';

const LabPerson = z.strictObject({
  /** For life; `lab-<login>` when absent. */
  id: z.string().min(1).optional(),
  login: z.string().min(1),
  name: z.string().min(1),
  state: z.enum(ACCOUNT_STATES).default('active'),
  /** Names of groups. */
  groups: z.array(z.string().min(1)).default([]),
});

const LabGroup = z.strictObject({
  /** For life; `lab-group-<name>` when absent. */
  id: z.string().min(1).optional(),
  name: z.string().min(1),
  /** Names of groups that it belongs to. */
  groups: z.array(z.string().min(1)).default([]),
  /** Names of members that cannot be read. */
  unreadable: z.array(z.string()).default([]),
});

/** Groups need to be listed only for an id, a nesting or members that cannot be read. */
export const LabPeople = z
  .union([
    z.array(LabPerson),
    z.strictObject({ people: z.array(LabPerson), groups: z.array(LabGroup).default([]) }),
  ])
  .transform((it) => (Array.isArray(it) ? { people: it, groups: [] } : it));
export type LabPeople = z.output<typeof LabPeople>;
export type LabPeopleFile = z.input<typeof LabPeople>;

/** @throws OperationError `request_invalid` with why it cannot be read, or all its faults, each with its path. */
export function readPeopleFile(file: string): LabPeople {
  return readLabFile({ setting: 'lab.people', file }, LabPeople);
}

export const DEFAULT_PEOPLE: LabPeopleFile = [
  { login: 'ann', name: 'Ann Berg', groups: ['web-team'] },
  { login: 'bob', name: 'Bob Stein', groups: ['ops-leads'] },
  { login: 'eva', name: 'Eva Lang', groups: ['ops-leads'] },
  { login: 'carl', name: 'Carl Wu', groups: ['operators'] },
  { login: 'dora', name: 'Dora Lind', groups: ['drover-admins'] },
];
