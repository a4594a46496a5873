/**
 * Runs a click: the opaque id is looked up, must have been drawn for this person, and is authorized anew.
 *
 * A forged or foreign id does nothing and is audited; a click on an older card is answered with how things stand.
 */

import { OperationError } from '#core/errors.ts';
import { GATE_ANSWERS, type GateAnswer } from '#core/jobs/job.ts';
import { hashJson } from '#core/plan/canonical-hash.ts';
import type { CardAction } from '#core/ports/conversation-tables.ts';
import type { Verb } from '../cards/draft.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Reply } from '../commands/command.ts';
import { cancelJobReply } from '../commands/job-cancel.ts';
import { identifyReply } from '../commands/vm-identify.ts';
import { voteReply } from '../commands/vote.ts';
import { answerGateReply } from './answer-gate.ts';
import { askMoves } from './ask-moves.ts';
import { askedAlready, findOpened } from './asked-already.ts';
import type { InboxBody } from './handle-message.ts';
import { runText } from './run-text.ts';
import { showScriptOfRequest } from './show-script.ts';
import { type FormArgs, submitForm, toFormLine } from './submit-form.ts';

/** `said`: the line that a click stands for, shown as if it had been typed. */
export interface Run {
  readonly reply: Reply;
  readonly said?: string | undefined;
  /** Whose account it was done for; absent for a stranger. */
  readonly personId?: string | undefined;
  /** Shown where that person alone reads, wherever it was asked. */
  readonly isPrivate?: boolean | undefined;
}

type Click = Extract<InboxBody, { kind: 'action' }>;
type Args = Readonly<Record<string, string>>;

/** Ids are ours and look like it; anything else is not asked of the database. */
const ID = /^[\w-]{1,64}$/;

export async function runAction(asking: Asking, { actionId, inputs }: Click): Promise<Run> {
  const { house, person } = asking;
  const action = ID.test(actionId)
    ? await house.store.read((reads) => reads.cards.findAction(actionId))
    : undefined;
  if (!action || action.personId !== person.id) return { reply: refuseForged(asking, actionId) };
  const runVerb = RUN[action.verb as Verb] as (typeof RUN)[Verb] | undefined;
  if (!runVerb) throw new OperationError('made_by_older_version', 'not_started');
  const said = toLine(action, inputs);
  const clicked = { ...asking, click: toClick(action, inputs) };
  // Nothing is read for it again: what it was about may have changed, or be gone, by what came of the first click.
  const opened = await house.store.read((reads) => findOpened(reads, clicked));
  if (opened) return { reply: (tx) => askedAlready(tx, opened), said };
  const run = await runVerb(clicked, action, inputs);
  return { ...(typeof run === 'function' ? { reply: run } : run), said };
}

/** One form sent with other values, and one proposal with other ticks, is another asking (B13). */
function toClick({ id, verb }: CardAction, inputs: Args): string {
  if (verb !== 'submit_form' && verb !== 'ask_moves') return id;
  const filled = Object.entries(inputs).filter(([, value]) => value.trim() !== '');
  return hashJson({ id, filled: Object.fromEntries(filled) }).slice(0, 32);
}

function toLine({ verb, args }: CardAction, inputs: Args): string | undefined {
  if (verb === 'run' || verb === 'choose') return (args as Args).text;
  return verb === 'submit_form' ? toFormLine(args as unknown as FormArgs, inputs) : undefined;
}

function refuseForged({ person }: Asking, actionId: string): Reply {
  return async (tx) => {
    await tx.audit.insert({
      event: 'action_refused',
      personId: person.id,
      facts: { actionId: actionId.slice(0, 100) },
    });
    return refusalCard({ code: 'action_unknown' });
  };
}

const RUN: Readonly<
  Record<Verb, (asking: Asking, action: CardAction, inputs: Args) => Promise<Reply | Run>>
> = {
  approve: (asking, action) => vote(asking, action, 'approve', null),
  deny: (asking, action, { reason }) => vote(asking, action, 'deny', reason?.trim() || null),
  cancel_job: (asking, { args }) => cancelJobReply(asking, (args as Args).jobId ?? ''),
  answer_gate: (asking, { args }) => answerGate(asking, args as Args),
  look_now: (asking, { args }) => answerGate(asking, { ...(args as Args), answer: 'look_again' }),
  run: (asking, { args }) => runText({ ...asking, text: (args as Args).text ?? '' }),
  choose: (asking, { args }) => choose(asking, args as Args),
  submit_form: (asking, { args }, inputs) =>
    submitForm(asking, args as unknown as FormArgs, inputs),
  show_script: async (asking, { args }) => ({
    reply: await showScriptOfRequest(asking, (args as Args).requestId ?? ''),
    isPrivate: true,
  }),
  identify: (asking, { args }) => identifyReply(asking, (args as Args).vmId ?? ''),
  ask_moves: (asking, { args }, inputs) => askMoves(asking, args, inputs),
};

function vote(
  asking: Asking,
  { args, revision }: CardAction,
  word: 'approve' | 'deny',
  reason: string | null,
) {
  const { requestId = '' } = args as Args;
  return voteReply(asking, { requestId, word, reason, revision });
}

function answerGate(asking: Asking, { gateId = '', answer = '' }: Args): Promise<Reply> {
  const known = GATE_ANSWERS.find((word) => word === answer) as GateAnswer;
  return answerGateReply(asking, gateId, known);
}

/** One of several was chosen: the same line again, with that name settled. */
function choose(
  asking: Asking,
  { text = '', position = '', id = '', ...before }: Args,
): Promise<Run> {
  return runText({ ...asking, text, chosen: { ...before, [position]: id } });
}
