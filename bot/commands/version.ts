/** `version`: which Drover answers, and on what it runs. */
import { answer, defineCommand } from './command.ts';

export const version = defineCommand({
  words: ['version'],
  summary: 'which version of Drover this is',
  right: null,
  changes: false,
  examples: ['version'],
  async run({ house }) {
    const title = `Drover ${house.version}`;
    return answer({
      ...{ title, tone: 'neutral', summary: title, actions: [] },
      body: [{ block: 'text', text: `on Node ${process.versions.node}`, weight: 'quiet' }],
    });
  },
});
