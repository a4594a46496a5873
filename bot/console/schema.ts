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

/** An empty password is refused before anybody is asked: a directory may take it for "nobody", with success. */
export const SignInForm = z.strictObject({
  login: z.string().trim().min(1).max(256),
  password: z
    .string()
    .max(1024)
    .refine((text) => text.trim() !== ''),
});
