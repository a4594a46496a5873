/** Clones without end and prints each token once its clone was accepted. Is killed by its test. */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { newCall, openTestLab } from './open-lab.ts';

const test = openTestLab({ file: process.argv[2] ?? '', speed: 0 });
for (let number = 1; ; number++) {
  const stepToken = randomUUID();
  const name = `kill-${number}`;
  await test.vc.provisioning.clone(await test.wish(name), newCall({ stepToken }));
  writeSync(1, `${stepToken}\n`);
}
