/**
 * Statements of the step loop, printed once for each shape: building and printing one costs Kysely as much CPU as sending it.
 */
import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Tables } from './entities/entities.ts';

/** By name, for as long as the store is open. */
export type Statements = Map<string, CompiledQuery>;

/**
 * Runs what `build` builds, with these parameters in the order in which it names them.
 *
 * Under one name there is one text: it names the columns, and the number of rows where there are several.
 */
export type RunStatement = <Row>(
  name: string,
  parameters: readonly unknown[],
  build: () => { compile(): CompiledQuery<Row> },
) => Promise<QueryResult<Row>>;

export function createRunStatement(db: Kysely<Tables>, statements: Statements): RunStatement {
  const executor = db.getExecutor();
  // Past what the executor does for plugins, of which we have none.
  const execute = <Row>(statement: CompiledQuery<Row>) =>
    executor.provideConnection((connection) => connection.executeQuery<Row>(statement));
  return <Row>(
    name: string,
    parameters: readonly unknown[],
    build: () => { compile(): CompiledQuery<Row> },
  ) => {
    const known = statements.get(name) as CompiledQuery<Row> | undefined;
    if (known) return execute({ ...known, parameters });
    const statement = build().compile();
    const isSame = statement.parameters.every((value, at) => value === parameters[at]);
    if (!isSame || statement.parameters.length !== parameters.length) {
      throw new Error(`the parameters of ${name} are in another order`);
    }
    statements.set(name, { ...statement, parameters: [] });
    return execute(statement);
  };
}
