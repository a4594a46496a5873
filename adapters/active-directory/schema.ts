/** The answers that are read: each attribute with the shape it must have, and nothing else. */
import { z } from 'zod';
import { toGuid, toSid } from './binary-ids.ts';

const Bytes = z.union([z.instanceof(Buffer), z.string().transform((text) => Buffer.from(text))]);

const identity = (read: (bytes: Buffer) => string | undefined) =>
  Bytes.transform((bytes, context) => {
    const text = read(bytes);
    if (text !== undefined) return text;
    context.addIssue({ code: 'custom', message: 'is no identity' });
    return z.NEVER;
  });

const Guid = identity(toGuid);
const Sid = identity(toSid);
const Text = z.string().min(1);
const Whole = z
  .string()
  .regex(/^-?\d{1,10}$/)
  .transform(Number);

const one = <T extends z.ZodType>(value: T) => z.tuple([value]).transform(([it]) => it);
const oneOrNone = <T extends z.ZodType>(value: T) =>
  z
    .array(value)
    .max(1)
    .transform(([it]) => it);

/**
 * A Windows instant: 100-nanosecond steps since 1601. `null`: never (0 and the largest number).
 *
 * @see MS-ADA1 2.2, accountExpires
 */
const Instant = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform((text) => {
    const steps = BigInt(text);
    if (steps === 0n || steps === 9_223_372_036_854_775_807n) return null;
    return new Date(Number(steps / 10_000n - 11_644_473_600_000n));
  });

/** Everything that a decision about a person rests on: one attribute that is not there, and there is no decision. */
export const AccountEntry = z.object({
  objectGUID: one(Guid),
  objectSid: one(Sid),
  // Never empty: everybody has a primary group. Empty is a right that Drover's account lacks.
  tokenGroups: z.array(Sid).min(1),
  userAccountControl: one(Whole),
  'msDS-User-Account-Control-Computed': one(Whole),
  accountExpires: one(Instant),
  sAMAccountName: one(Text),
  userPrincipalName: oneOrNone(Text),
  displayName: oneOrNone(z.string()),
});
export type AccountEntry = z.infer<typeof AccountEntry>;
export const ACCOUNT_ATTRIBUTES = Object.keys(AccountEntry.shape);

export const GroupEntry = z.object({
  objectGUID: one(Guid),
  objectSid: one(Sid),
  groupType: one(Whole),
  sAMAccountName: one(Text),
});
export type GroupEntry = z.infer<typeof GroupEntry>;
export const GROUP_ATTRIBUTES = Object.keys(GroupEntry.shape);

/** What kind of thing a member is; a contact has no sAMAccountType. */
export const KindEntry = z.object({
  objectGUID: one(Guid),
  objectClass: z.array(z.string()),
  sAMAccountType: oneOrNone(Whole),
});
export type KindEntry = z.infer<typeof KindEntry>;
export const KIND_ATTRIBUTES = Object.keys(KindEntry.shape);

/** Who somebody that was searched for is. */
export const FoundEntry = z.object({ objectGUID: one(Guid), objectSid: one(Sid) });

/** @see MS-SAMR 2.2.1.9: SAM_USER_OBJECT */
export const USER_OBJECT = 0x30000000;
/** @see MS-SAMR 2.2.1.9: group and alias, security or not */
export const GROUP_OBJECTS: ReadonlySet<number> = new Set([
  0x10000000, 0x10000001, 0x20000000, 0x20000001,
]);

/** Groups without it are mail lists. @see MS-ADTS 2.2.12 */
const SECURITY_ENABLED = 0x80000000;
export function isSecurityGroup({ groupType }: Pick<GroupEntry, 'groupType'>): boolean {
  return (groupType & SECURITY_ENABLED) !== 0;
}

export const RootDse = z.object({
  tokenGroups: z.array(Sid),
  currentTime: oneOrNone(z.string()),
  defaultNamingContext: oneOrNone(z.string()),
});
export type RootDse = z.infer<typeof RootDse>;
export const ROOT_DSE_ATTRIBUTES = Object.keys(RootDse.shape);

/** Names of what is missing or odd, for the person who gives rights to Drover's account. */
export function listFaultyNames(error: z.ZodError): readonly string[] {
  return [...new Set(error.issues.map(({ path }) => String(path[0])))];
}
