/** What each subject of the jobs benchmark is to the one that measures it. */

/** Four steps that do nothing, one after another. */
export const STEP_KEYS = ['a', 'b', 'c', 'd'] as const;
/** Jobs carried out at the same time, alike for all. */
export const AT_ONCE = 32;

export interface Observer {
  /** What a step does. */
  act(jobId: string): Promise<void> | void;
  /** The job's end is committed, or is being committed by an engine that does not say. */
  ended(jobId: string): void;
}

/** Resolves once the job is committed. */
export type Submit = (jobId: string) => Promise<unknown>;

/** Opens the engine on a SQLite file or a PostgreSQL URL, and begins to work. */
export type OpenSubject = (place: string, observer: Observer) => Promise<Submit>;
