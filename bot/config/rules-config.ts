/** Roles and policies as operators write them. Group names are resolved to ids when Drover starts. */
import { z } from 'zod';
import { EFFECTS } from '#core/plan/bounds.ts';
import { readSize } from '../grammar/read-size.ts';

/** `320GiB`; binary, `GB` is read as GiB. */
const Size = z.string().transform((text, context) => {
  const value = {
    name: 'size',
    type: 'size',
    typed: text,
    at: { start: 0, end: text.length },
    textStart: 0,
  } as const;
  const read = readSize(value);
  if (read.ok) return read.value.bytes;
  context.addIssue(`${text} is no size; write it as 320GiB`);
  return z.NEVER;
});

const names = z.array(z.string().min(1)).min(1);
/** The shape of a right, or of all rights of a noun. */
export const ACTION = /^[a-z]+\.([a-z.]+|\*)$/;
const Action = z.string().regex(ACTION, {
  error: 'must be a right as vm.create, or vm.* for all of a noun',
});
const EVERYBODY: ReadonlySet<string> = new Set([
  '*',
  'everyone',
  'everybody',
  'all',
  'domain users',
  'authenticated users',
]);

const Members = names.refine(
  (groups) => !groups.some((group) => EVERYBODY.has(String(group).toLowerCase())),
  {
    // Told together with a member that is no text.
    when: ({ value }) => Array.isArray(value),
    error: 'a role with everyone as member opens a door; name the groups',
  },
);

const Folder = z.string().regex(/^\//, { error: 'must be a path from the root, as /prod/web' });

const ScopeConfig = z.strictObject({
  connections: names.optional(),
  clusters: names.optional(),
  folders: z.array(Folder).min(1).optional(),
  owner: z.literal('self').optional(),
});

const AmountsConfig = z
  .strictObject({
    vms: z.int().min(0).optional(),
    cpus: z.int().min(0).optional(),
    memory: Size.optional(),
    disk: Size.optional(),
  })
  .transform(({ memory: memoryBytes, disk: diskBytes, ...counts }) => ({
    ...counts,
    memoryBytes,
    diskBytes,
  }));

export const RoleConfig = z.strictObject({
  name: z.string().min(1),
  /** Names of groups. */
  members: Members,
  allow: z.array(Action).default([]),
  deny: z.array(Action).default([]),
  scope: ScopeConfig.prefault({}),
  templates: names.optional(),
  networks: names.optional(),
  quota: z
    .strictObject({ role: AmountsConfig.optional(), member: AmountsConfig.optional() })
    .prefault({}),
});
export type RoleConfig = z.output<typeof RoleConfig>;

const CountRange = z.strictObject({ atMost: z.int().optional(), moreThan: z.int().optional() });
const SizeRange = z.strictObject({ atMost: Size.optional(), moreThan: Size.optional() });

export const PolicyConfig = z
  .strictObject({
    name: z.string().min(1),
    operations: z.array(Action).min(1),
    scope: ScopeConfig.prefault({}),
    when: z
      .strictObject({
        cpus: CountRange.optional(),
        memory: SizeRange.optional(),
        disk: SizeRange.optional(),
        effectAtLeast: z.enum(EFFECTS).optional(),
        effectAtMost: z.enum(EFFECTS).optional(),
      })
      .prefault({}),
    requesterRoles: names.optional(),
    /** `auto`, or how many of which group must agree. */
    decide: z.union([
      z.literal('auto'),
      z.strictObject({
        approvals: z.int().min(1).max(20),
        from: z.string().min(1),
        reasonOnDeny: z.boolean().default(false),
        expiresAfterMinutes: z.int().min(1).max(10_080).default(60),
      }),
    ]),
  })
  .transform(({ when: { memory: memoryBytes, disk: diskBytes, ...when }, ...policy }) => ({
    ...policy,
    when: { ...when, memoryBytes, diskBytes },
  }));
export type PolicyConfig = z.output<typeof PolicyConfig>;
