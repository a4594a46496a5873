/** A process that casts the last vote and dies, as by kill -9, before its transaction ends. */
import { vote } from './house-deeds.ts';
import { openHouse } from './open-house.ts';

const [databaseUrl = '', id = '', login = ''] = process.argv.slice(2);
await using house = await openHouse({ databaseUrl });
house.breaks.kill = true;
await vote(house, { id }, login);
