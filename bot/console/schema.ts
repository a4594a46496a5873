import { z } from 'zod';

/** Made by the page, one for each message or click; sent again, it counts once. */
const MessageId = z.string().regex(/^[\w-]{8,100}$/);

export const SentText = z.strictObject({
  as: z.string().min(1),
  id: MessageId,
  text: z
    .string()
    .max(20_000)
    .refine((text) => text.trim() !== ''),
});

export const SentAction = z.strictObject({
  as: z.string().min(1),
  id: MessageId,
  actionId: z.string().min(1).max(500),
  inputs: z.record(z.string().max(200), z.string().max(20_000)),
});
