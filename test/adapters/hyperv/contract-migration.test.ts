import { describe } from 'node:test';
import { describeMigration } from '#test/contracts/connection-contract-migration.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepForMoves } from './open-for-moves.ts';

/** In two files, since each test opens a site of its own. */
describe(
  'Hyper-V: the connection contract on a cluster',
  needsPeer('powershell', 'openssl'),
  () => {
    describeMigration(keepForMoves());
  },
);
