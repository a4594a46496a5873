/** How long moves took on a connection, kept as sums: a line through them says how long the next will take. */

export const PACED = ['live', 'quick', 'files'] as const;
export type Paced = (typeof PACED)[number];

export interface MovePace {
  readonly connectionId: string;
  /** `live` and `quick` by the memory that went, `files` by their size. */
  readonly what: Paced;
  /** Moves that count; older ones count less, so it is no whole number. */
  readonly count: number;
  readonly sumGib: number;
  readonly sumSeconds: number;
  readonly sumGibGib: number;
  readonly sumGibSeconds: number;
}

export interface MovePaceReads {
  list(): Promise<MovePace[]>;
}

export interface MovePaceTable extends MovePaceReads {
  /** One a connection and kind of move; replaces the one before. */
  put(pace: MovePace): Promise<void>;
}
