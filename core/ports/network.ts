/** The names and addresses of this machine and of the servers that Drover uses. */
export interface Network {
  readOwn(): {
    readonly name: string;
    /** Without those that only this machine reaches. */
    readonly addresses: readonly string[];
    readonly macAddresses: readonly string[];
  };
  /** Undefined: nobody said so in time. */
  resolve(name: string, timeoutMs: number): Promise<readonly string[] | undefined>;
}
