/**
 * What is asked of vim25's PropertyCollector: which properties, of which objects.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vmodl.query.PropertyCollector.FilterSpec.html
 */
import type { z } from 'zod';
import type { MoRef } from './schema.ts';
import { type PathShapes, toPathShapes } from './soap/shape.ts';
import type { WireObject } from './soap/to-wire.ts';

/** What is asked for, by type: a schema's keys are the paths. */
export type Wanted = Readonly<Record<string, z.ZodObject>>;

export interface Start {
  readonly object: MoRef;
  /** Not the object itself, only what is reached from it. */
  readonly skip?: boolean;
  readonly reach?: readonly WireObject[];
}

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
