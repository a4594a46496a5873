/** What Drover needs a VM for, and what is wrong with one that is configured. */
import type { Facts } from '#core/errors.ts';
import type { OwnPurpose } from '#core/inventory/own-vms.ts';

const PURPOSE_WORDS: Readonly<Record<OwnPurpose['what'], (name: string) => string>> = {
  drover: () => 'Drover runs on it',
  database: () => 'Drover’s database runs on it',
  vcenter: (name) => `it is the vCenter of ${name}`,
  directory: (name) => `it is ${name}, a domain controller that Drover asks`,
  configured: () => 'drover.yaml names it under ownVms',
};

/** `it is the vCenter of prod-vc, and drover.yaml names it under ownVms`. */
export function toPurposeWords(purposes: readonly OwnPurpose[]): string {
  const all = [...new Set(purposes.map(({ what, name }) => PURPOSE_WORDS[what](name)))];
  return all.join(', and ');
}

/** The same of a plan's note. */
export function toPurposeWordsOf({ what, names }: Facts): string {
  const whats = Array.isArray(what) ? (what as readonly OwnPurpose['what'][]) : [];
  const all = Array.isArray(names) ? (names as readonly string[]) : [];
  return toPurposeWords(whats.map((one, at) => ({ what: one, name: all[at] ?? '' })));
}

export const OWN_VM_FAULTS = {
  several:
    'ownVms names a VM whose name several bear: all of them are kept from being stopped until one bears it alone',
  none: 'ownVms names a VM that its connection does not have: write the name as vm list shows it',
} as const;
