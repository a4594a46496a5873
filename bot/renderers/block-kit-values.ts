/**
 * Values of choices on their way through Slack and back, letter by letter.
 *
 * Plain ones stay readable. Any other is sent in an alphabet that no escaping touches, behind a mark.
 */
import { slackLimits } from './block-kit-limits.ts';

const mark = '~';
const plain = /^[\w.\-/ :()]+$/;

/** Undefined when it is too long for Slack, or empty. */
export function toOptionValue(value: string): string | undefined {
  if (value === '' || !value.isWellFormed()) return undefined;
  const sent = plain.test(value) ? value : mark + Buffer.from(value).toString('base64url');
  return sent.length <= slackLimits.option ? sent : undefined;
}

export function readOptionValue(sent: string): string {
  return sent.startsWith(mark) ? Buffer.from(sent.slice(1), 'base64url').toString() : sent;
}
