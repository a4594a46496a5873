/**
 * What stands in the lab's world: the object as the platform shows it, and what the platform knows beside that.
 *
 * Objects are never changed in place; a change puts a new one.
 */
import type { ObjectKind, Observed, PowerState } from '#core/inventory/estate-object.ts';

/** A disk's file that no VM has attached any more. */
export interface KeptFile {
  readonly file: string;
  readonly sizeBytes: number;
}

/** What no list of the platform shows. */
export interface Inside {
  /** VM: the guest tools are installed and run when it is on. */
  readonly hasTools?: boolean | undefined;
  /** VM: the guest takes the wish to shut down and stays on. */
  readonly ignoresShutdown?: boolean | undefined;
  /** VM: its power while the platform cannot see it. */
  readonly truePower?: PowerState | undefined;
  /** Host: nothing new is taken, and it is in maintenance once nothing runs on it. */
  readonly isEntering?: boolean | undefined;
  /** Host: identities of the VMs that the platform itself moved off it. */
  readonly drained?: readonly string[] | undefined;
  /** Datastore. */
  readonly keptFiles?: readonly KeptFile[] | undefined;
}

type With<T> = T extends unknown ? T & { readonly inside?: Inside | undefined } : never;
export type LabObject = With<Observed>;
export type LabObjectOf<K extends ObjectKind> = Extract<LabObject, { kind: K }>;
export type LabVm = LabObjectOf<'vm'>;
export type LabTemplate = LabObjectOf<'template'>;
export type LabHost = LabObjectOf<'host'>;
export type LabDatastore = LabObjectOf<'datastore'>;

export type ConnectionKind = 'vcenter' | 'hyperv';

/** One simulated platform. */
export interface LabPlatform {
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly product: string;
  readonly identity: string;
  /** Counts how often its sessions and marks were made useless. */
  readonly epoch: number;
}

/** The object as a client of the platform sees it. */
export function toObserved(object: LabObject): Observed {
  const { kind, handle, identity, body } = object;
  return { kind, handle, identity, body } as Observed;
}

const STATE_WORDS = {
  vcenter: {
    on: 'poweredOn',
    off: 'poweredOff',
    suspended: 'suspended',
    paused: 'suspended',
    unknown: 'unknown',
  },
  hyperv: { on: 'Running', off: 'Off', suspended: 'Saved', paused: 'Paused', unknown: 'Unknown' },
} as const;

/** The platform's own word for a power state. */
export function toPlatformState(kind: ConnectionKind, power: PowerState): string {
  return STATE_WORDS[kind][power];
}
