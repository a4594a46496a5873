/** Requests and jobs by the short number that people type: R-128, J-412; the letter may be left out. */

import type { Draft } from '../cards/draft.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import type { Asking } from './command.ts';

type Found = { readonly id: string } | { readonly reply: Draft };

export async function findRequest({ house }: Asking, typed: string): Promise<Found> {
  const number = toNumber(typed, 'R');
  const request =
    number && (await house.store.read((reads) => reads.requests.findByNumber(number)));
  if (request) return { id: request.id };
  return {
    reply: plainRefusal(
      `There is no request ${typed}`,
      'approval list shows those that wait. Nothing was done.',
    ),
  };
}

export async function findJob({ house }: Asking, typed: string): Promise<Found> {
  const number = toNumber(typed, 'J');
  const job = number && (await house.store.read((reads) => reads.jobs.findByNumber(number)));
  if (job) return { id: job.id };
  return {
    reply: plainRefusal(`There is no job ${typed}`, 'job list shows them. Nothing was done.'),
  };
}

/** `R-128`, `r128`, `128`. */
function toNumber(typed: string, letter: 'R' | 'J'): number | undefined {
  const text = typed.trim().toUpperCase();
  const digits = text.startsWith(`${letter}-`)
    ? text.slice(2)
    : text.startsWith(letter)
      ? text.slice(1)
      : text;
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}
