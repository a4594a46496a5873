/**
 * A Drover in a process of its own, to be killed. `mute`: it takes a message and dies before it can acknowledge it.
 *
 * Says `up` when it listens, and `got <key>` for each message.
 */
import { startTerminalServer } from '#bot/terminal/terminal-server.ts';
import { createFakeConversation } from './fake-conversation.ts';

const [dataFolder = '', mode] = process.argv.slice(2);
const conversation = createFakeConversation();
conversation.onReceive = async ({ dedupeKey }) => {
  process.stdout.write(`got ${dedupeKey}\n`);
  if (mode === 'mute') await new Promise(() => {});
  conversation.post('m1', { title: 'Four VMs' }, { answers: dedupeKey });
};
await startTerminalServer({ dataFolder, conversation });
process.stdout.write('up\n');
process.stdin.resume().on('end', () => process.exit()); // a test that was killed takes it along
