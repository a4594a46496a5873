/**
 * A twin of a part of the estate: connections that behave as the observed ones would, on a clock of its own that jumps
 * from one event to the next. Nothing that is done to it reaches a platform.
 */
import type { Observed } from '../inventory/estate-object.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';

export interface TwinEstate {
  readonly id: string;
  readonly kind: Connection['kind'];
  readonly objects: readonly Observed[];
}

export interface TwinWish {
  readonly estates: readonly TwinEstate[];
  /** Milliseconds of what is ordered with that step token; undefined: as the twin itself knows. */
  durationOf(stepToken: string): number | undefined;
}

export interface Twin {
  readonly connections: ReadonlyMap<string, Connection>;
  /** Its time; milliseconds, from 0. */
  readonly clock: Clock;
  /** Lets the time pass up to what is due next, and that happen. False: nothing is due. */
  jump(): boolean;
  close(): Promise<void>;
}

export type OpenTwin = (wish: TwinWish) => Twin;
