import { rmSync } from 'node:fs';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { describeStore } from '../../contracts/store-contract.ts';
import { openContractStore } from './open-contract-store.ts';

describeStore('SQLite', () => {
  const { path } = createTemporaryFolder('store');
  return openContractStore(`sqlite:${path}/`, () => rmSync(path, { recursive: true }));
});
