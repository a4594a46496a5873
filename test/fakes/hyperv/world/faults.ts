/** Faults that a test orders at a cmdlet; each strikes once. */
import type { CmdletError } from '../powershell/cmdlet-call.ts';

export interface OrderedFault {
  readonly cmdlet: string;
  /**
   * `cut_before`, `cut_after`: the host ends the script there, without or with the effect. `refuse`: the error in place of
   * the effect. `effect_then_error`: both. `no_effect`: success is said and nothing done.
   */
  readonly kind: 'cut_before' | 'cut_after' | 'refuse' | 'effect_then_error' | 'no_effect';
  readonly error?: CmdletError;
  /** How many calls pass before it. */
  readonly after?: number;
}

export interface OrderedFaults {
  add(fault: OrderedFault): void;
  take(cmdlet: string): OrderedFault | undefined;
  findUnused(): readonly OrderedFault[];
}

export function createOrderedFaults(): OrderedFaults {
  const waiting: { readonly fault: OrderedFault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.after ?? 0 }),
    take: (cmdlet) => {
      const at = waiting.findIndex(({ fault }) => fault.cmdlet === cmdlet);
      const found = waiting[at];
      if (!found) return undefined;
      if (found.left > 0) {
        found.left -= 1;
        return undefined;
      }
      waiting.splice(at, 1);
      return found.fault;
    },
    findUnused: () => waiting.map(({ fault }) => fault),
  };
}
