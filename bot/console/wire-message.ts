import type { Card, Tone } from '../cards/card.ts';
import type { MessageView } from '../conversation/conversation-port.ts';

/** One message as the page gets it. */
export interface WireMessage {
  readonly id: string;
  readonly version: number;
  readonly sentAt: string;
  readonly adaptiveCard: object;
  readonly summary: string;
  readonly tone: Tone;
  /** What was typed, or the line that a click stood for, where it answers one. */
  readonly said?: string | undefined;
  /** Id of what the page sent, where this is the answer to it. */
  readonly answers?: string | undefined;
}

export type ToAdaptiveCard = (card: Card) => object;

export function toWireMessage(view: MessageView, toAdaptiveCard: ToAdaptiveCard): WireMessage {
  const { id, version, card, said, answers } = view;
  return {
    id,
    version,
    sentAt: view.sentAt.toISOString(),
    adaptiveCard: toAdaptiveCard(card),
    summary: card.summary,
    tone: card.tone,
    said,
    answers,
  };
}
