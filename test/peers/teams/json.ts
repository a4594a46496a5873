// biome-ignore lint/suspicious/noExplicitAny: JSON of Teams of any shape passes through here
export type Json = Record<string, any>;
