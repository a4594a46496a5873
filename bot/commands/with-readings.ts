/** What was read otherwise than typed, said under the answer; none of it is silent (H20, H32). */
import type { Draft } from '../cards/draft.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { toReadings } from './typed-change.ts';

export function withReadings(draft: Draft, typed: Typed): Draft {
  const lines = toReadings(typed).map(
    (text) => ({ block: 'text', text, weight: 'quiet' }) as const,
  );
  return lines.length === 0 ? draft : { ...draft, body: [...draft.body, ...lines] };
}
