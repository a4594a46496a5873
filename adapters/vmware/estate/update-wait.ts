/**
 * Waits for updates on an own PropertyCollector, so that reads are not held up by it.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vmodl.query.PropertyCollector.html#waitForUpdatesEx
 */
import { z } from 'zod';
import { findShapes, type Wanted } from '../filter-spec.ts';
import { MoRef, ObjectContent } from '../schema.ts';
import { checkSession, type Login } from '../session.ts';
import { toUpdatesShape } from '../soap/answer-shapes.ts';
import { PostError } from '../soap/post.ts';
import { toShape } from '../soap/shape.ts';
import type { SoapClient } from '../soap/soap-client.ts';
import { toWire, toWireRef, type WireObject } from '../soap/to-wire.ts';
import { toReference } from '../views.ts';

const ObjectUpdate = ObjectContent.extend({ kind: z.string() });
export type ObjectUpdate = z.infer<typeof ObjectUpdate>;

const UpdateSet = z.object({
  version: z.string(),
  truncated: z.boolean().optional(),
  filterSet: z.array(z.object({ objectSet: z.array(ObjectUpdate).optional() })).optional(),
});

export interface Updates {
  readonly objects: readonly ObjectUpdate[];
  /** More is ready: the next round gives it at once. */
  readonly isPart: boolean;
}

export interface UpdateWait {
  addFilter(spec: WireObject, signal: AbortSignal): Promise<MoRef>;
  removeFilter(filter: MoRef, signal: AbortSignal): Promise<void>;
  /** The next updates; none when the wait was in vain. @throws VimFault, PostError */
  next(signal: AbortSignal): Promise<Updates>;
  /** Destroys the collector with its filters, within a second; a failure is the session's to clean up. */
  end(): Promise<void>;
}

interface WaitSettings {
  readonly wanted: Wanted;
  readonly waitSeconds: number;
  readonly maxObjects?: number;
}

export async function openUpdateWait(
  soap: SoapClient,
  login: Login,
  { wanted, waitSeconds, maxObjects }: WaitSettings,
  signal: AbortSignal,
): Promise<UpdateWait> {
  const returnsRef = toShape(MoRef);
  const returns = toUpdatesShape(findShapes(wanted));
  const root = toWireRef(login.content.propertyCollector);
  const create = { operation: 'CreatePropertyCollector', args: { _this: root } };
  const collector = toReference(await soap.call({ ...create, returns: returnsRef, signal }));
  const _this = toWireRef(collector);
  const options = toWire('WaitOptions', {
    maxWaitSeconds: waitSeconds,
    maxObjectUpdates: maxObjects,
  });
  let version = '';
  return {
    addFilter: async (filter, until) => {
      const spec = toWire('PropertyFilterSpec', filter);
      const args = { _this, spec, partialUpdates: false };
      return toReference(
        await soap.call({ operation: 'CreateFilter', args, returns: returnsRef, signal: until }),
      );
    },
    removeFilter: async (filter, until) => {
      const args = { _this: toWireRef(filter) };
      await soap.call({ operation: 'DestroyPropertyFilter', args, signal: until });
    },
    next: async (until) => {
      const answer = await soap.call({
        operation: 'WaitForUpdatesEx',
        args: { _this, version, options },
        returns,
        signal: until,
        extraSilenceMs: waitSeconds * 1000,
      });
      if (answer === undefined) return { objects: [], isPart: false };
      const set = UpdateSet.safeParse(answer);
      if (!set.success) throw new PostError('odd_answer', true, 'the answer is no UpdateSet');
      const objects = (set.data.filterSet ?? []).flatMap(({ objectSet }) => objectSet ?? []);
      for (const object of objects) checkSession(object);
      version = set.data.version;
      return { objects, isPart: set.data.truncated ?? false };
    },
    end: async () => {
      const until = AbortSignal.timeout(1_000);
      const operation = 'DestroyPropertyCollector';
      await soap.call({ operation, args: { _this }, signal: until }).catch(() => undefined);
    },
  };
}
