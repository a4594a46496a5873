import { describe } from 'node:test';
import { describeMaintenance } from '#test/contracts/connection-contract-maintenance.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepForMoves } from './open-for-moves.ts';

describe(
  'Hyper-V: the connection contract on a cluster',
  needsPeer('powershell', 'openssl'),
  () => {
    describeMaintenance(keepForMoves({ withAway: false }));
  },
);
