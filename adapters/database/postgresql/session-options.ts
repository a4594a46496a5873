/** Settings of a session beside those that the address asks for itself, which would take their place. */

export interface SessionOptions {
  readonly connectionString: string;
  readonly options: string;
}

/** Ours stand last, and so hold: `options` of the address, where it has any, in front. Of several the driver takes the last. */
export function withOwnOptions(url: string, own: string): SessionOptions {
  const [address = '', query] = url.split(/\?(.*)/s);
  const asked = new URLSearchParams(query);
  const options = asked.getAll('options').at(-1);
  if (options === undefined) return { connectionString: url, options: own };
  asked.delete('options');
  return { connectionString: `${address}?${asked}`, options: `${options} ${own}` };
}
