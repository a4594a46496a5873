/** What a stub cmdlet asks of the model, and what it is answered. */
import type { PsObject, Value } from './values.ts';

/** Parameters as the binder bound them: objects of the model come back as they went out, with their plain values. */
export type Bound = Readonly<Record<string, unknown>>;

export interface CmdletCall {
  readonly cmdlet: string;
  readonly parameterSet: string;
  readonly bound: Bound;
  /** Moves a job that the answer gave. */
  readonly pushJob?: (job: string, change: JobChange) => void;
}

export interface JobChange {
  readonly state?: 'Running' | 'Completed' | 'Failed' | 'Stopped';
  readonly errors?: readonly CmdletError[];
}

/** A non-terminating error, unless so marked; PowerShell appends the cmdlet's class to the id. */
export interface CmdletError {
  readonly id: string;
  readonly category: string;
  readonly message: string;
  readonly exception?: string;
  readonly target?: string;
  readonly terminating?: boolean;
}

export interface CmdletAnswer {
  readonly objects?: readonly (PsObject | Value)[];
  readonly errors?: readonly CmdletError[];
  readonly warnings?: readonly string[];
  /** What -AsJob gives, in place of objects. */
  readonly job?: JobChange & { readonly id: string; readonly name: string };
}

/** The run is stopped in the middle of this call, as when the host ends the shell: no answer ever comes. */
export const CUT = Symbol('cut');

export type Answered = CmdletAnswer | typeof CUT;

export type AnswerCmdlet = (call: CmdletCall) => Answered | Promise<Answered>;
