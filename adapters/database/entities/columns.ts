/** The kinds of columns. Rows pass through `codec.ts`; MikroORM knows the entities for schema and migrations. */
import { type EntityProperty, JsonType, type Platform, p } from '@mikro-orm/core';

/**
 * JSON as the text it was written as. PostgreSQL's `jsonb` refuses NUL and lone surrogates, which people can send;
 * SQLite would read the text `1` in a `json` column as a number.
 */
export class JsonText extends JsonType {
  override getColumnType(_property: EntityProperty, platform: Platform): string {
    return platform.getJsonDeclarationSQL() === 'jsonb' ? 'json' : 'text';
  }
}

export const json = () => p.type(JsonText);
/** UTC; milliseconds since 1970 on SQLite. */
export const instant = () => p.datetime(3);
/** Beyond 32 bits: bytes, change sequences. Safe integers only. */
export const wide = () => p.bigint('number');
/** The order in which rows were written; also where the clock stood still. */
export const arrival = () => p.integer().primary().autoincrement();
