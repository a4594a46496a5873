/** The shapes of whole answers: the envelope, its fault, and what an operation returns. */
import { z } from 'zod';
import { Fault, LocalizedFault, MoRef } from '../schema.ts';
import { type PathShapes, type Shape, toShape } from './shape.ts';

const text: Shape = { kind: 'text' };
const flag: Shape = { kind: 'boolean' };
const list = (item: Shape): Shape => ({ kind: 'list', item });
const object = (fields: Record<string, Shape>, any?: Shape): Shape => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
  ...(any && { any }),
});

const fault = object({
  faultcode: text,
  faultstring: text,
  detail: object({}, toShape(Fault)),
});

/** Around the returned value of one operation. A detail's element is named for its fault's type. */
export function toEnvelopeShape(operation: string, returned: Shape | undefined): Shape {
  const response = object(returned ? { returnval: returned } : {});
  return object({ Body: object({ [`${operation}Response`]: response, Fault: fault }) });
}

const missingSet = list(toShape(z.object({ path: z.string(), fault: LocalizedFault })));

/** RetrieveResult of RetrievePropertiesEx and ContinueRetrievePropertiesEx; its token is told as soon as it is read. */
export function toRetrieveShape(paths: PathShapes, onToken: (token: string) => void): Shape {
  const content: Shape = {
    kind: 'content',
    paths,
    fields: new Map([
      ['obj', toShape(MoRef)],
      ['propSet', list({ kind: 'property', paths })],
      ['missingSet', missingSet],
    ]),
  };
  return object({ token: { kind: 'text', onRead: onToken }, objects: list(content) });
}

/** UpdateSet of WaitForUpdatesEx. */
export function toUpdatesShape(paths: PathShapes): Shape {
  const update: Shape = {
    kind: 'content',
    paths,
    fields: new Map([
      ['kind', text],
      ['obj', toShape(MoRef)],
      ['changeSet', list({ kind: 'property', paths })],
      ['missingSet', missingSet],
    ]),
  };
  const filter = object({ objectSet: list(update) });
  return object({ version: text, truncated: flag, filterSet: list(filter) });
}
