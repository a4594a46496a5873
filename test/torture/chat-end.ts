/** One chat, as the two people who use it see it, and as its platform treats what they say. */

/** What was sent to Drover, by the key that the inbox has for it. */
export interface Said {
  readonly key: string;
  isAcknowledged: boolean;
}

/** A message of Drover's. */
export interface Shown {
  readonly person: 'ann' | 'bob';
  /** As `messageRef` names it. */
  readonly ref: string;
  readonly summary: string;
  readonly canAgree: boolean;
  /** What it shows, to be compared with another. */
  readonly looks: string;
}

export interface ChatEnd {
  /** Ann types her line; resolves when it is acknowledged. @throws Error when the chat gives it up. */
  ask(line: string): Promise<void>;
  /** Bob waits for a card that lets him agree, and clicks until that is taken or has been done. */
  agree(): Promise<void>;
  /** Both look at what they were shown. */
  look(): Promise<void>;
  /** Whether a message of Drover's arrived here. */
  hasPost(): boolean;
  readShown(): Promise<readonly Shown[]>;
  readonly said: readonly Said[];
  chatId(person: 'ann' | 'bob'): string;
}

export interface EndOptions {
  /** Resolves when Drover listens. */
  readonly again: () => Promise<void>;
  /** Something was acknowledged. */
  readonly onAcknowledged: () => void;
  /** Nobody waits any longer. */
  readonly signal: AbortSignal;
}

/** People look at their screens so often. */
export const LOOK_EVERY_MS = 150;

/** Counts what was said and what of it was acknowledged, each once. */
export function createSaid(onAcknowledged: () => void) {
  const said: Said[] = [];
  return {
    said,
    say(key: string): Said {
      const one = { key, isAcknowledged: false };
      said.push(one);
      return one;
    },
    acknowledge(one: Said): void {
      if (one.isAcknowledged) return;
      one.isAcknowledged = true;
      onAcknowledged();
    },
  };
}
