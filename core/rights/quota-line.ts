/** One limit of a quota with what is used and wanted. */
import type { Amounts } from './role.ts';

export type Usage = Required<{ [K in keyof Amounts]: number }>;

export interface QuotaLine {
  readonly role: string;
  readonly of: 'role' | 'member';
  readonly what: keyof Usage;
  readonly used: number;
  readonly wanted: number;
  readonly limit: number;
}
