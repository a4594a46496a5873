/** What Teams sends and answers: only the fields that are read. */
import { z } from 'zod';

/** Part of an address later, where dots alone would mean another one. */
const id = z.string().max(1_000).regex(/[^.]/);
const account = z.looseObject({
  id,
  name: z.string().optional(),
  aadObjectId: z.string().max(64).nullish(),
  role: z.string().nullish(),
});

const entity = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  mentioned: z.looseObject({ id: z.string(), name: z.string().nullish() }).nullish(),
});
export type TeamsEntity = z.infer<typeof entity>;

export const TeamsActivity = z.looseObject({
  type: z.string().max(64),
  id: id.optional(),
  name: z.string().max(200).nullish(),
  action: z.string().max(64).nullish(),
  channelId: z.string(),
  serviceUrl: z.string().max(500),
  timestamp: z.iso.datetime({ offset: true }).optional().catch(undefined),
  from: account,
  recipient: account,
  conversation: z.looseObject({
    id,
    conversationType: z.string().nullish(),
    tenantId: z.string().nullish(),
  }),
  channelData: z
    .looseObject({
      eventType: z.string().nullish(),
      tenant: z.looseObject({ id: z.string() }).nullish(),
      team: z.looseObject({ id: z.string() }).nullish(),
      channel: z.looseObject({ id: z.string() }).nullish(),
    })
    .nullish(),
  text: z.string().nullish(),
  textFormat: z.string().nullish(),
  entities: z.array(entity).nullish(),
  attachments: z
    .array(z.looseObject({ contentType: z.string().nullish(), content: z.unknown().optional() }))
    .nullish(),
  membersAdded: z.array(account).nullish(),
  membersRemoved: z.array(z.looseObject({ id: z.string() })).nullish(),
  replyToId: z.string().max(1_000).nullish(),
  value: z.unknown().optional(),
});
export type TeamsActivity = z.infer<typeof TeamsActivity>;

/** Of the invoke `adaptiveCard/action`. */
export const CardActionValue = z.looseObject({
  action: z.looseObject({
    type: z.string(),
    verb: z.string().nullish(),
    data: z.unknown().optional(),
  }),
  trigger: z.string().nullish(),
});

/** Of the invoke `application/search`. */
export const SearchValue = z.looseObject({
  queryText: z.string().max(1_000).default(''),
  dataset: z.string().max(500),
});

/** Of `GET …/members/{id}`. What is not said is not so: nobody is a member by silence. */
export const MemberAnswer = z.looseObject({
  id: z.string(),
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  tenantId: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userRole: z.string().nullish(),
});
export type TeamsMember = z.infer<typeof MemberAnswer>;

export const SentAnswer = z.looseObject({ id });

/** An edit is answered with the id, or with nothing. */
export const EditedAnswer = z.looseObject({ id: z.string().optional() });

export const ErrorAnswer = z.looseObject({
  error: z.looseObject({ code: z.string().max(200).optional() }),
});

export const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});
