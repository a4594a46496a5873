/** A connection whose platform a test holds in its hands, at the estate port. */
import { OperationError } from '#core/errors.ts';
import type { ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import type { Connection, EstateChange } from '#core/ports/connection.ts';
import type { Rest } from './rest.ts';

type Told = 'identify' | 'snapshot';

export interface ScriptedPlatform {
  readonly connection: Connection;
  identity: string;
  /** Number of its newest event; absent: it numbers none. */
  eventNumber: number | undefined;
  /** How often it was asked who it is. */
  identified: number;
  /** What stands there, by kind and handle. */
  readonly objects: Map<string, Observed>;
  /** Handles that stand there and are left out of a full reading. */
  readonly hidden: Set<string>;
  /** Errors by call, or by handle for reading one object. */
  readonly faults: Map<Told | `read ${string}`, OperationError>;
  /** Handles that were read one by one. */
  readonly reads: string[];
  snapshots: number;
  put(...objects: readonly Observed[]): void;
  remove(...handles: readonly string[]): void;
  /** Passes changes on, as the platform does, also where nobody follows any more; resolves once they are taken in. */
  tell(...changes: readonly EstateChange[]): Promise<void>;
  loseSession(): void;
  failWait(error: OperationError): void;
}

export function createScriptedPlatform(rest: Rest): ScriptedPlatform {
  let onChanges: ((changes: readonly EstateChange[]) => Promise<void>) | undefined;
  const throwFault = (call: Told | `read ${string}`) => {
    const fault = platform.faults.get(call);
    if (fault) throw fault;
  };
  const estate: Connection['estate'] = {
    async identify() {
      throwFault('identify');
      platform.identified += 1;
      const { identity, eventNumber } = platform;
      return { identity, product: 'Scripted 1.0', eventNumber };
    },
    async snapshot(onPage) {
      platform.snapshots += 1;
      const shown = [...platform.objects.values()].filter(
        ({ handle }) => !platform.hidden.has(handle),
      );
      for (let at = 0; at < shown.length; at += 500) await onPage(shown.slice(at, at + 500));
      throwFault('snapshot');
      return 'mark';
    },
    async changes(_mark, pass, signal) {
      onChanges = pass;
      await rest.wait('changes', signal);
    },
    async read({ kind, handle }) {
      platform.reads.push(handle);
      throwFault(`read ${handle}`);
      return platform.objects.get(toKey(kind, handle));
    },
  };
  const platform: ScriptedPlatform = {
    connection: {
      id: 'vc',
      kind: 'vcenter',
      isSimulated: true,
      estate,
      close: async () => undefined,
    },
    ...{ identity: 'installation-1', eventNumber: undefined, identified: 0 },
    ...{ snapshots: 0, reads: [] },
    ...{ objects: new Map(), hidden: new Set(), faults: new Map() },
    put(...objects) {
      for (const object of objects) platform.objects.set(toKey(object.kind, object.handle), object);
    },
    remove(...handles) {
      for (const [key, { handle }] of platform.objects)
        if (handles.includes(handle)) platform.objects.delete(key);
    },
    async tell(...changes) {
      await onChanges?.(changes);
    },
    loseSession: () => rest.goOn(new OperationError('session_lost', 'not_started')),
    failWait: (error) => rest.goOn(error),
  };
  return platform;
}

function toKey(kind: ObjectKind, handle: string): string {
  return `${kind} ${handle}`;
}
