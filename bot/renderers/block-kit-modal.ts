/**
 * A card as a Slack form: the one question before an action, or the card's inputs; and the details of a card.
 *
 * Pure. `metadata` comes back with the sent form, from Slack and not from the person.
 */
import { type Action, type Card, toAskInput } from '../cards/card.ts';
import { slackWords } from '../words/en/slack-words.ts';
import { toBlockKitBlocks } from './block-kit-blocks.ts';
import { formCallbackId } from './block-kit-ids.ts';
import { toInputBlocks } from './block-kit-inputs.ts';
import { drawToFit, modalSurface, slackLimits } from './block-kit-limits.ts';
import { toHeader } from './block-kit-message.ts';
import { escapeSlack, toPlainObject } from './block-kit-text.ts';
import type { Json } from './letter-true.ts';
import { rendererWords } from './renderer-words.ts';
import { toVisibleText } from './visible-text.ts';

export interface SlackModal extends Json {
  readonly type: 'modal';
  readonly blocks: readonly Json[];
}

/** The form that opens when `action` of this card is clicked. */
export function toSlackModal(card: Card, action: Action, metadata: string): SlackModal {
  const asked = toAskedInputs(card, action);
  const word = action.label.replace(/…$/, '');
  const blocks = drawToFit(modalSurface, (limits) => [
    ...toHeader(card, limits),
    ...(action.confirm === undefined
      ? []
      : toBlockKitBlocks([{ block: 'text', text: action.confirm }], { limits, tables: 0 })),
    ...toInputBlocks(asked, limits),
  ]);
  return {
    ...toFrame(word, slackWords.cancel, blocks),
    submit: toPlainObject(toShort(word, rendererWords.send), slackLimits.modalTitle),
    callback_id: formCallbackId,
    private_metadata: metadata,
  };
}

function toAskedInputs({ inputs = [] }: Card, { ask }: Action): NonNullable<Card['inputs']> {
  return ask === undefined ? inputs : [toAskInput(ask)];
}

/** All that stands on a card, for who wants to know more than its message has room for. */
export function toSlackDetails(card: Card): SlackModal {
  const blocks = drawToFit(modalSurface, (limits) => [
    ...toHeader(card, limits),
    ...toBlockKitBlocks([...card.body, ...(card.details ?? [])], { limits, tables: 0 }),
  ]);
  return toFrame(rendererWords.details, slackWords.close, blocks);
}

function toFrame(title: string, close: string, blocks: readonly Json[]): SlackModal {
  return {
    type: 'modal',
    title: toPlainObject(title, slackLimits.modalTitle),
    close: toPlainObject(close, slackLimits.modalTitle),
    blocks,
  };
}

/** Rather a short word than half a sentence. */
function toShort(word: string, otherwise: string): string {
  const letters = escapeSlack(toVisibleText(word)).length;
  return letters > 0 && letters <= slackLimits.modalTitle ? word : otherwise;
}
