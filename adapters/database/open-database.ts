/** What opening answers, whichever database it is. */
import type { MikroORM } from '@mikro-orm/core';
import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Tables } from './entities/entities.ts';

export interface OpenDatabase {
  readonly orm: MikroORM;
  readonly url: string;
  readonly dialect: Dialect;
  readonly kysely: () => Kysely<Tables>;
  /** Names of the migrations that ran now. */
  readonly migrated: readonly string[];
  readonly close: () => Promise<void>;
}
