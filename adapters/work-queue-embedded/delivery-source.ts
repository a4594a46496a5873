/** Where a delivery pump takes its items from: one topic of one queue. */

export interface Item {
  readonly id: string | number;
  readonly key: string;
  readonly redelivered: boolean;
}

export interface Taken<I> {
  readonly items: readonly I[];
  /** When there is something to look for again; 0 says that more is due than was asked for. */
  readonly lookAgainInMs?: number;
}

export interface DeliverySource<I extends Item> {
  /** Takes due items, at most `limit`; `held` are those that this process took before. */
  take(limit: number, held: ReadonlyMap<Item['id'], I>): Promise<Taken<I>>;
  complete(items: readonly I[]): Promise<void>;
  /** Gives a failed item back, to come again about a second later. */
  putBack(item: I): Promise<void>;
  /** Says that this process lives and still holds these. */
  keep?(items: readonly I[]): Promise<void>;
  /** Gives back what was taken while the pump stopped. */
  release?(items: readonly I[]): Promise<void>;
}
