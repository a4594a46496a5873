/**
 * Reads properties through vim25's PropertyCollector, and checks what came.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vmodl.query.PropertyCollector.html
 */
import type { z } from 'zod';
import type { Start, Wanted } from './filter-spec.ts';
import { readPages } from './pages.ts';
import type { MoRef, ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';

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
