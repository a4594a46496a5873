/** The shapes of whole answers: the envelope, its fault, and what an operation returns. */
import { z } from 'zod';
import { Fault, LocalizedFault, MoRef } from '../schema.ts';
import { type PathShapes, type Shape, toFields, toShape, toUniform } from './shape.ts';

const text: Shape = toUniform({ kind: 'text' });
const flag: Shape = toUniform({ kind: 'boolean' });
const list = (item: Shape): Shape => toUniform({ kind: 'list', item });
const object = (fields: Record<string, Shape>): Shape =>
  toUniform({ kind: 'object', fields: toFields(fields) });

const detail: Shape = toUniform({
  kind: 'object',
  fields: new Map(),
  any: { key: 'fault', shape: toShape(Fault) },
});
const fault = object({ faultcode: text, faultstring: text, detail });

/** Around the returned value of one operation. A detail's element is named for its fault's type. */
export function toEnvelopeShape(operation: string, returned: Shape | undefined): Shape {
  const response = object(returned ? { returnval: returned } : {});
  return object({ Body: object({ [`${operation}Response`]: response, Fault: fault }) });
}

const missingSet = list(toShape(z.object({ path: z.string(), fault: LocalizedFault })));

/** RetrieveResult of RetrievePropertiesEx and ContinueRetrievePropertiesEx; its token is told as soon as it is read. */
export function toRetrieveShape(paths: PathShapes, onToken: (token: string) => void): Shape {
  const content: Shape = toUniform({
    kind: 'content',
    paths,
    fields: toFields({
      obj: toShape(MoRef),
      propSet: list(toUniform({ kind: 'property', paths })),
      missingSet,
    }),
  });
  return object({ token: toUniform({ kind: 'text', onRead: onToken }), objects: list(content) });
}

/** UpdateSet of WaitForUpdatesEx. */
export function toUpdatesShape(paths: PathShapes): Shape {
  const update: Shape = toUniform({
    kind: 'content',
    paths,
    fields: toFields({
      kind: text,
      obj: toShape(MoRef),
      changeSet: list(toUniform({ kind: 'property', paths })),
      missingSet,
    }),
  });
  const filter = object({ objectSet: list(update) });
  return object({ version: text, truncated: flag, filterSet: list(filter) });
}
