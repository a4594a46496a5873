/**
 * As much of a configuration as can be read, whatever else is wrong with it.
 *
 * What parts say of each other is judged by this alone, so that it is told together with the faults inside them.
 */
import { z } from 'zod';
import { isSection } from './schema-at.ts';

const text = z.string().optional().catch(undefined);
/** What cannot be read keeps its place, so that paths stay right. */
const listOf = <A extends z.ZodType>(item: A) => z.array(item).catch([]).default([]);
const section = <A extends z.ZodRawShape>(shape: A) =>
  z.preprocess((value) => (isSection(value) ? value : {}), z.object(shape));

const Named = section({ connection: text });

const Readable = z.object({
  /** Whether there is one at all. */
  directory: z.unknown().optional(),
  slack: z.unknown().optional(),
  teams: z.unknown().optional(),
  lab: z.preprocess(
    (value) => (value === undefined || isSection(value) ? value : {}),
    z
      .object({
        connections: z.boolean().catch(true).default(true),
        people: z.unknown().optional(),
        estate: z.unknown().optional(),
      })
      .optional(),
  ),
  /** Undefined where it is no list: then nothing can be said of how many there are. */
  connections: z
    .array(section({ id: text, kind: text, url: text, hosts: listOf(text), caFile: text }))
    .default([])
    .or(z.unknown().transform(() => undefined)),
  roles: listOf(section({ name: text, allow: listOf(text), deny: listOf(text) })),
  policies: listOf(section({ name: text, operations: listOf(text) })),
  ownVms: listOf(Named),
  placement: section({ goals: listOf(Named), evacuateClusters: listOf(Named) }),
});
export type Readable = z.output<typeof Readable>;
export type ReadableConnection = NonNullable<Readable['connections']>[number];

export function toReadable(value: unknown): Readable {
  return Readable.parse(isSection(value) ? value : {});
}
