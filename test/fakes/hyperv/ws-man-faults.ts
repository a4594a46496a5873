/** What goes wrong on the wire of a WinRM service, ordered by a test. */
import type { WsManFault } from './ws-man-text.ts';

export type WireFault =
  /** The connection ends before the request is looked at. */
  | { readonly kind: 'drop_request' }
  /** The request is carried out; the connection ends instead of the answer. */
  | { readonly kind: 'drop_answer' }
  /** The answer ends in the middle. */
  | { readonly kind: 'cut_answer' }
  /** The request is carried out, and the answer never comes. */
  | { readonly kind: 'silence' }
  /** 401: the login is forgotten; the request is not looked at. */
  | { readonly kind: 'forget_login' }
  /** All shells are lost before the request is looked at. */
  | { readonly kind: 'lose_shells' }
  | { readonly kind: 'fault'; readonly fault: WsManFault }
  /** Something else answers; `isPlain`: somebody in between, who cannot seal. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly isPlain?: boolean;
    };

export interface WireOrder {
  /** `Receive`, or `login` for a request without a body. */
  readonly verb: string;
  readonly fault: WireFault;
  /** How many such requests pass before. */
  readonly after?: number;
  /** How many it strikes; 1 by default. */
  readonly times?: number;
  /** Told when it strikes. */
  readonly struck?: () => void;
}

export interface WireOrders {
  add(order: WireOrder): void;
  take(verb: string): WireFault | undefined;
}

export function createWireOrders(): WireOrders {
  const orders: { readonly order: WireOrder; pass: number; left: number }[] = [];
  return {
    add: (order) => {
      orders.push({ order, pass: order.after ?? 0, left: order.times ?? 1 });
    },
    take: (verb) => {
      const entry = orders.find(({ order, left }) => left > 0 && order.verb === verb);
      if (!entry) return undefined;
      if (entry.pass > 0) {
        entry.pass -= 1;
        return undefined;
      }
      entry.left -= 1;
      entry.order.struck?.();
      return entry.order.fault;
    },
  };
}
