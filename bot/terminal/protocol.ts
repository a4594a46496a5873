/**
 * The lines between a terminal window and Drover: JSON, one object a line, UTF-8.
 *
 * A window says hello first. Each message it sends is acknowledged once its row is committed, and may be sent again
 * under the same key until then.
 */
import { z } from 'zod';
import type { MessageView } from '../conversation/conversation-port.ts';

export const protocolVersion = 1;

/** Of one line from a window, its end included. */
export const lineLimitBytes = 64 * 1024;

const key = z.string().min(1).max(100);
const sentAt = z.coerce.date();

export const WindowLine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    protocol: z.int(),
    /** A lab person's login. */
    as: z.string().max(200).optional(),
    /** A person's own, from the page where they signed in. */
    token: z.string().max(200).optional(),
  }),
  z.strictObject({ type: z.literal('say'), key, sentAt, text: z.string() }),
  z.strictObject({
    type: z.literal('press'),
    key,
    sentAt,
    actionId: z.string().max(2000),
    inputs: z.record(z.string(), z.string()),
  }),
]);
export type WindowLine = z.infer<typeof WindowLine>;

/** Why a window is sent away. */
export const REFUSALS = [
  'protocol_unknown',
  /** People sign in here: a token says who speaks, and nobody is named on a command line. */
  'people_sign_in',
  /** Revoked, replaced, expired, or of an account that may do nothing. */
  'token_not_accepted',
  'directory_not_reachable',
  /** Nobody signs in here: a lab person is named. */
  'lab_people',
  'person_unknown',
  'hello_missing',
  'line_too_long',
  'line_not_understood',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Zod drops what it is not told of, so the view passes as it came: both ends are the same installation. */
const View = z.custom<MessageView>(
  (value) =>
    z.looseObject({ id: z.string(), version: z.number(), card: z.looseObject({}) }).safeParse(value)
      .success,
);

export const ServerLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    person: z.object({ id: z.string(), name: z.string(), login: z.string() }),
  }),
  /** `isPast`: how things stood when the window opened or caught up. */
  z.object({ type: z.literal('message'), isPast: z.boolean(), message: View }),
  z.object({ type: z.literal('caught_up') }),
  z.object({ type: z.literal('ack'), key, isNew: z.boolean() }),
  z.object({ type: z.literal('not_stored'), key }),
  /** The window read too slowly; the newest messages follow. */
  z.object({ type: z.literal('dropped'), count: z.number() }),
  z.object({ type: z.literal('refused'), code: z.enum(REFUSALS) }),
]);
export type ServerLine = z.infer<typeof ServerLine>;
