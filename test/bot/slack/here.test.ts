/** Drover hears where it can speak again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SlackMode } from '#test/helpers/peers/slack.ts';
import { openSlack } from './open-slack.ts';

for (const mode of ['socket', 'http'] satisfies SlackMode[]) {
  describe(`where Drover is, by ${mode}`, () => {
    it('H33 hears that Drover was added to a channel, or that one is back; of others it hears nothing', async () => {
      const heard: string[] = [];
      const noteHere = async (place: string) => void heard.push(place);
      await using open = await openSlack(mode, { answers: { noteHere } });
      const { workspace } = open;
      const joined = { type: 'member_joined_channel', user: 'UDROVER' };
      const tell = (event: object, more = {}) =>
        workspace.deliver('event', workspace.toEvent(event, more));

      await tell({ ...joined, channel: 'C0ADDED' });
      await tell({ type: 'channel_unarchive', channel: 'C0BACK', user: workspace.userId('ann') });
      await tell({ ...joined, channel: 'C0OTHER', user: workspace.userId('ann') });
      await tell({ ...joined, channel: 'C0FOREIGN' }, { team_id: 'T0OTHER' });

      assert.deepEqual(heard, ['C0ADDED', 'C0BACK']);
      assert.deepEqual(open.inbox, []);
    });
  });
}
