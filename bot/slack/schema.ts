/** What Slack sends and answers: only the fields that are read. */
import { z } from 'zod';

const id = z.string().min(1).max(64);
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);

export const EventBody = z.looseObject({
  type: z.literal('event_callback'),
  team_id: id,
  event: z.looseObject({
    type: z.string(),
    subtype: z.string().optional(),
    user: id.optional(),
    text: z.string().optional(),
    ts: ts.optional(),
    thread_ts: ts.optional(),
    channel: id.optional(),
    channel_type: z.string().optional(),
    bot_id: z.string().nullish(),
    app_id: z.string().nullish(),
    edited: z.unknown().optional(),
    /** Whose workspace the writer belongs to, where it is not said to be ours. */
    user_team: z.string().nullish(),
    source_team: z.string().nullish(),
    team: z.string().nullish(),
  }),
});
export type EventBody = z.infer<typeof EventBody>;

export const CommandBody = z.looseObject({
  command: z.string(),
  text: z.string().default(''),
  team_id: id,
  user_id: id,
  channel_id: id,
  trigger_id: z.string().min(1),
});
export type CommandBody = z.infer<typeof CommandBody>;

const person = {
  team: z.looseObject({ id }).nullable(),
  user: z.looseObject({ id, team_id: z.string().optional() }),
};

export const ClickBody = z.looseObject({
  type: z.literal('block_actions'),
  ...person,
  trigger_id: z.string().min(1),
  container: z.looseObject({
    type: z.string(),
    channel_id: id.optional(),
    message_ts: ts.optional(),
    thread_ts: ts.optional(),
  }),
  actions: z
    .array(
      z.looseObject({
        type: z.string(),
        action_id: z.string().max(255),
        value: z.string().max(2_000).optional(),
        action_ts: z.string().max(64),
      }),
    )
    .min(1),
});
export type ClickBody = z.infer<typeof ClickBody>;

const view = z.looseObject({
  id,
  callback_id: z.string().default(''),
  private_metadata: z.string().default(''),
  state: z.looseObject({ values: z.unknown() }).optional(),
});

export const SubmissionBody = z.looseObject({
  type: z.literal('view_submission'),
  ...person,
  view,
});
export type SubmissionBody = z.infer<typeof SubmissionBody>;

export const SuggestionBody = z.looseObject({
  type: z.literal('block_suggestion'),
  ...person,
  action_id: z.string(),
  block_id: z.string(),
  value: z.string().default(''),
  view,
});
export type SuggestionBody = z.infer<typeof SuggestionBody>;

/** Of `users.info`. What is not said is not so: nobody is a member by silence. */
export const UserAnswer = z.looseObject({
  user: z.looseObject({
    id,
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_workflow_bot: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
  }),
});
export type SlackUser = z.infer<typeof UserAnswer>['user'];

export const SentAnswer = z.looseObject({ channel: id, ts });
export const OpenedAnswer = z.looseObject({ channel: z.looseObject({ id }) });
export const OwnAnswer = z.looseObject({
  team_id: id,
  user_id: id,
  /** From a header of the answer. */
  response_metadata: z.looseObject({ scopes: z.array(z.string()).optional() }).optional(),
});

export const HistoryAnswer = z.looseObject({
  messages: z.array(
    z.looseObject({
      ts,
      metadata: z
        .looseObject({ event_type: z.string().optional(), event_payload: z.unknown().optional() })
        .optional(),
    }),
  ),
  has_more: z.boolean().optional(),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).optional(),
});
export type HistoryAnswer = z.infer<typeof HistoryAnswer>;

export const CopyMark = z.object({ copy_id: z.string(), version: z.number() });

/** An address with a ticket in it, which is a secret. */
export const SocketAnswer = z.looseObject({ url: z.string().min(1) });

/** Where a file goes; the address is a secret as long as it is good. */
export const UploadAnswer = z.looseObject({ upload_url: z.url(), file_id: id });

/** Of a call whose answer says no more than that it was done. */
export const Done = z.looseObject({ ok: z.literal(true) });
