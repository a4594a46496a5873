import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toConstructorOptions } from '#adapters/work-queue-pg-boss/rules.ts';

describe('the connections of pg-boss', () => {
  it('end a frozen transaction, whatever options the address has of its own', () => {
    const ours = '-c idle_in_transaction_session_timeout=5s';
    const at = (query: string) => `postgresql://drover:a%3Fb@db.example/house${query}`;
    const optionsOf = (query: string) => {
      const { connectionString, options } = toConstructorOptions(at(query));
      return { connectionString, options };
    };

    assert.deepEqual(optionsOf('?sslmode=require'), {
      connectionString: at('?sslmode=require'),
      options: ours,
    });
    assert.deepEqual(optionsOf('?options=-c%20search_path%3Ddrover&sslmode=require'), {
      connectionString: at('?sslmode=require'),
      options: `-c search_path=drover ${ours}`,
    });
    assert.equal(optionsOf('?options=-c%20a%3D1&options=-c%20b%3D2').options, `-c b=2 ${ours}`);
  });
});
