/** What every typed change carries besides its own options. */
import type { Command as Typed } from '../grammar/parse-command.ts';
import { READING_WORDS } from '../words/en/grammar-words.ts';

export function toReason({ options }: Typed): string | null {
  const reason = options.reason;
  return typeof reason === 'string' && reason.trim() !== '' ? reason : null;
}

/** What was read otherwise than typed, in words. */
export function toReadings({ readings }: Typed): string[] {
  return readings.map((reading) => READING_WORDS[reading.code](reading));
}

/** How a change was asked for, apart from what it is. */
export function toAsked(typed: Typed) {
  return {
    reason: toReason(typed),
    planOnly: typed.options.plan === true,
    isRehearsed: typed.options.rehearse === true,
    scriptOnly: typed.options.script === true,
    readings: toReadings(typed),
  };
}

export function textOption({ options }: Typed, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOption({ options }: Typed, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}
