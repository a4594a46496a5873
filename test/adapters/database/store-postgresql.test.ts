import { after, before, describe } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { describeStore } from '../../contracts/store-contract.ts';
import { openContractStore } from './open-contract-store.ts';

describe('PostgreSQL', needsPeer('postgres'), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres({ fsync: false });
  });
  after(() => postgres[Symbol.asyncDispose]());

  describeStore('PostgreSQL', async () => openContractStore(await postgres.createDatabase()));
});
