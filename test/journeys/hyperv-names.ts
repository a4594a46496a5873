/** Names that are code, patterns or mark-up elsewhere. */
import { HOSTILE_WORDS } from '../adapters/hyperv/scripts/hostile-words.ts';

/** Those of the odd inventory, too. */
export const NAMES = [...HOSTILE_WORDS, 'hv-[a-c]*', 'NULL', 'Te*t'];

/** As one types it: corner brackets can hold every name. */
export const quoted = (name: string) => `\u300c${name}\u300d`;
