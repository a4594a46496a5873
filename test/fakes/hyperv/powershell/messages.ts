/** The lines of JSON between Node and the kept PowerShell (stubs/csharp/runner.cs). */
import type { Bound } from './cmdlet-call.ts';

export interface ErrorMessage {
  readonly t: 'error';
  readonly id: string;
  readonly errorId: string;
  readonly message: string;
  readonly terminating: boolean;
  readonly position?: string;
}

export type FromPowerShell =
  | { readonly t: 'hello'; readonly token: string; readonly pid: number }
  | { readonly t: 'ready' }
  | {
      readonly t: 'call';
      readonly id: string;
      readonly call: string;
      readonly cmdlet: string;
      readonly set: string;
      readonly bound: Bound;
    }
  | {
      readonly t: 'stdout' | 'warning' | 'information' | 'progress';
      readonly id: string;
      readonly text: string;
    }
  | ErrorMessage
  | {
      readonly t: 'done';
      readonly id: string;
      readonly exitCode: number;
      readonly stopped: boolean;
      readonly crash?: string;
    };
