/**
 * Reads properties through vim25's PropertyCollector: of some objects, or of all of a type in pages.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vmodl.query.PropertyCollector.html
 */
import { z } from 'zod';
import { MoRef, ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import { toRetrieveShape } from './soap/answer-shapes.ts';
import { PostError } from './soap/post.ts';
import { type PathShapes, toPathShapes, toShape } from './soap/shape.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';
import { toWire, toWireRef, type WireObject } from './soap/to-wire.ts';

/** What is asked for, by type: a schema's keys are the paths. */
export type Wanted = Readonly<Record<string, z.ZodObject>>;

export interface Start {
  readonly object: MoRef;
  /** Not the object itself, only what is reached from it. */
  readonly skip?: boolean;
  readonly reach?: readonly WireObject[];
}

const RetrieveResult = z.object({
  token: z.string().optional(),
  objects: z.array(ObjectContent).optional(),
});

/** Turned once: a schema's paths and shapes do not change. */
const shapesOf = new WeakMap<Wanted, PathShapes>();

export function findShapes(wanted: Wanted): PathShapes {
  const shapes = shapesOf.get(wanted) ?? toPathShapes(wanted);
  shapesOf.set(wanted, shapes);
  return shapes;
}

export function toFilterSpec(wanted: Wanted, starts: readonly Start[]): WireObject {
  return {
    propSet: Object.entries(wanted).map(([type, schema]) => ({
      type,
      all: false,
      pathSet: Object.keys(schema.shape),
    })),
    objectSet: starts.map(({ object, skip = false, reach }) => ({
      obj: object,
      skip,
      selectSet: reach,
    })),
  };
}

/** Reaches what a view holds. */
export const IN_VIEW: WireObject = {
  name: 'view',
  type: 'ContainerView',
  path: 'view',
  skip: false,
};

/**
 * Reads objects in one call.
 *
 * @throws VimFault `ManagedObjectNotFound` when one of them is no more; PostError
 */
export async function readObjects(
  soap: SoapClient,
  login: Login,
  { wanted, starts, signal }: { wanted: Wanted; starts: readonly Start[]; signal: AbortSignal },
): Promise<readonly ObjectContent[]> {
  const objects: ObjectContent[] = [];
  const read = { wanted, starts, pageSize: undefined, signal };
  for await (const page of readPages(soap, login, read)) objects.push(...page);
  return objects;
}

/** Reads objects of which some may be no more: the fault names one, which is the platform's own word on it. */
export async function readExisting(
  soap: SoapClient,
  login: Login,
  { wanted, refs, signal }: { wanted: Wanted; refs: readonly MoRef[]; signal: AbortSignal },
): Promise<{ readonly contents: readonly ObjectContent[]; readonly gone: readonly MoRef[] }> {
  const left = new Map(refs.map((ref) => [ref.value, ref]));
  const gone: MoRef[] = [];
  while (left.size > 0) {
    try {
      const starts = [...left.values()].map((object) => ({ object }));
      return { contents: await readObjects(soap, login, { wanted, starts, signal }), gone };
    } catch (error) {
      const ref = findGone(error, left);
      if (!ref) throw error;
      left.delete(ref.value);
      gone.push(ref);
    }
  }
  return { contents: [], gone };
}

function findGone(error: unknown, asked: ReadonlyMap<string, MoRef>): MoRef | undefined {
  if (!(error instanceof VimFault) || error.type !== 'ManagedObjectNotFound') return undefined;
  return asked.get(error.object?.value ?? '');
}

interface PagedRead {
  readonly wanted: Wanted;
  readonly starts: readonly Start[];
  readonly pageSize: number | undefined;
  readonly signal: AbortSignal;
}

/** Pages as the server cuts them: one that does not page answers everything at once. */
export async function* readPages(
  soap: SoapClient,
  login: Login,
  { wanted, starts, pageSize, signal }: PagedRead,
): AsyncGenerator<readonly ObjectContent[]> {
  const _this = toWireRef(login.content.propertyCollector);
  const returns = toRetrieveShape(findShapes(wanted));
  let answer = await soap.call({
    operation: 'RetrievePropertiesEx',
    args: {
      _this,
      specSet: [toWire('PropertyFilterSpec', toFilterSpec(wanted, starts))],
      options: toWire('RetrieveOptions', { maxObjects: pageSize }),
    },
    returns,
    signal,
  });
  for (;;) {
    const { token, objects } = toResult(answer);
    yield objects;
    if (token === undefined) return;
    const args = { _this, token };
    answer = await soap.call({ operation: 'ContinueRetrievePropertiesEx', args, returns, signal });
  }
}

function toResult(answer: unknown): {
  token: string | undefined;
  objects: readonly ObjectContent[];
} {
  // No object at all: the server leaves the result out.
  const result = RetrieveResult.safeParse(answer ?? {});
  if (!result.success) {
    throw new PostError('odd_answer', true, 'the answer is no RetrieveResult');
  }
  const objects = result.data.objects ?? [];
  for (const object of objects) checkSession(object);
  return { token: result.data.token, objects };
}

/** A server that has forgotten the session answers with every property missing, and status 200. */
export function checkSession({ missingSet }: Pick<ObjectContent, 'missingSet'>): void {
  for (const { fault } of missingSet ?? []) {
    if (fault?.fault?._type === 'NotAuthenticated') {
      throw new VimFault('NotAuthenticated', fault.localizedMessage ?? '');
    }
  }
}

/** Runs work over a view of all objects of some types, and takes the view away again. */
export async function withView<T>(
  soap: SoapClient,
  login: Login,
  { types, signal }: { types: readonly string[]; signal: AbortSignal },
  work: (view: MoRef) => Promise<T>,
): Promise<T> {
  const view = await createView(soap, login, { types, signal });
  try {
    return await work(view);
  } finally {
    // What is left over of a session ends with it, so a failure here is none of the work's.
    const args = { _this: toWireRef(view) };
    const signal = AbortSignal.timeout(2_000);
    await soap.call({ operation: 'DestroyView', args, signal }).catch(() => undefined);
  }
}

export async function createView(
  soap: SoapClient,
  { content }: Login,
  { types, signal }: { types: readonly string[]; signal: AbortSignal },
): Promise<MoRef> {
  if (!content.viewManager) throw new PostError('odd_answer', true, 'no view manager');
  const args = {
    _this: toWireRef(content.viewManager),
    container: toWireRef(content.rootFolder),
    type: types,
    recursive: true,
  };
  const operation = 'CreateContainerView';
  return toReference(await soap.call({ operation, args, returns: toShape(MoRef), signal }));
}

/** A reference that a call returned. */
export function toReference(answer: unknown): MoRef {
  const ref = MoRef.safeParse(answer);
  if (!ref.success) throw new PostError('odd_answer', true, 'the answer is no reference');
  return ref.data;
}

/**
 * An object's properties, checked. What does not fit its schema is left out, and so is named with what the platform did
 * not show: one odd value spoils neither the object nor the list (H11).
 */
export function toProperties<S extends z.ZodObject>(
  schema: S,
  { propSet }: ObjectContent,
): { readonly properties: Partial<z.infer<S>>; readonly oddPaths: readonly string[] } {
  const first = schema.safeParse(propSet);
  if (first.success) return { properties: first.data as Partial<z.infer<S>>, oddPaths: [] };
  const oddPaths = [...new Set(first.error.issues.map(({ path }) => String(path[0])))];
  const rest = Object.entries(propSet).filter(([path]) => !oddPaths.includes(path));
  const second = schema.partial().safeParse(Object.fromEntries(rest));
  return { properties: (second.data ?? {}) as Partial<z.infer<S>>, oddPaths };
}
