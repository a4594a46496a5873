/** What becomes of a typed line: a message, an action by its number, or the answer to what was asked. */
import type { Action } from '../cards/card.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import type { ChatBoard } from './chat-board.ts';
import { type ChatDialog, type DialogOutcome, startDialog } from './chat-dialog.ts';
import { chatWords } from './chat-words.ts';
import type { TerminalClient } from './terminal-client.ts';

export type TalkOutcome =
  /** `messageId`: the card that was acted on. */
  | { readonly kind: 'sent'; readonly key: string; readonly messageId?: string | undefined }
  | { readonly kind: 'asking'; readonly dialog: ChatDialog }
  | { readonly kind: 'details'; readonly view: MessageView }
  /** Nothing was sent, and why. */
  | { readonly kind: 'not_sent'; readonly why: string }
  | { readonly kind: 'nothing' };

export interface ChatTalk {
  takeLine(line: string): TalkOutcome;
  /** The action whose questions are open. */
  readonly asking: { readonly label: string } | undefined;
  giveUp(): void;
}

interface Open {
  readonly label: string;
  readonly number: number;
  readonly dialog: ChatDialog;
}

export function createChatTalk(client: TerminalClient, board: ChatBoard): ChatTalk {
  let open: Open | undefined;

  function follow(outcome: DialogOutcome, number: number, label: string): TalkOutcome {
    open = undefined;
    if (outcome.kind === 'given_up') return { kind: 'not_sent', why: chatWords.gaveUpAsking };
    if (outcome.kind === 'send') return press(client, board, number, outcome.inputs);
    open = { label, number, dialog: outcome.dialog };
    return { kind: 'asking', dialog: outcome.dialog };
  }

  return {
    get asking() {
      return open;
    },
    giveUp() {
      open = undefined;
    },
    takeLine(line) {
      if (open !== undefined) return follow(open.dialog.answer(line), open.number, open.label);
      const typed = line.trim();
      if (typed === '') return { kind: 'nothing' };
      if (!/^\d{1,9}$/.test(typed)) return say(client, typed);
      const target = findTarget(board, Number(typed));
      if (target.kind !== 'action') return target;
      return follow(
        startDialog(target.view.card, target.action),
        Number(typed),
        target.action.label,
      );
    },
  };
}

type Target = { readonly kind: 'action'; readonly view: MessageView; readonly action: Action };

function findTarget(board: ChatBoard, number: number): Target | TalkOutcome {
  const numbered = board.find(number);
  switch (numbered.found) {
    case 'action':
      return { kind: 'action', view: numbered.view, action: numbered.action };
    case 'details':
      return { kind: 'details', view: numbered.view };
    case 'gone':
      return { kind: 'not_sent', why: chatWords.numberGone(numbered.label) };
    case 'nothing':
      return { kind: 'not_sent', why: chatWords.noNumber(String(number)) };
  }
}

function say(client: TerminalClient, text: string): TalkOutcome {
  const key = client.send({ kind: 'text', text });
  return key === undefined ? { kind: 'not_sent', why: chatWords.tooLong } : { kind: 'sent', key };
}

/** Looks the action up again: its card may have changed while questions were answered. */
function press(
  client: TerminalClient,
  board: ChatBoard,
  number: number,
  inputs: Readonly<Record<string, string>>,
): TalkOutcome {
  const target = findTarget(board, number);
  if (target.kind !== 'action') return target;
  const key = client.send({ kind: 'action', actionId: target.action.id, inputs });
  if (key === undefined) return { kind: 'not_sent', why: chatWords.tooLong };
  return { kind: 'sent', key, messageId: target.view.id };
}
