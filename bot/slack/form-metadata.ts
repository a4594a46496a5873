/** What an open form carries along: which action opened it, and where. Slack keeps it; the person cannot change it. */
import { z } from 'zod';
import { type Place, readPlace, toPlace } from './envelope.ts';

const FormMetadata = z.strictObject({ actionId: z.string().min(1), place: z.string().min(1) });

export function toFormMetadata(actionId: string, place: Place): string {
  return JSON.stringify({ actionId, place: toPlace(place) } satisfies z.infer<typeof FormMetadata>);
}

export function readFormMetadata(text: string): { actionId: string; place: Place } {
  const { actionId, place } = FormMetadata.parse(JSON.parse(text));
  return { actionId, place: readPlace(place) };
}
