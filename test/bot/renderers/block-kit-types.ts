/** From these a JSON Schema is made of what Slack's own types allow. */
import type { KnownBlock, ModalView } from '@slack/types';

export interface SlackMessageShape {
  text: string;
  blocks: KnownBlock[];
}

export type SlackModalShape = ModalView;
