/**
 * What Slack says of files before a message shows them, as it is documented and reported: emulate looks at none of it.
 *
 * An image block may show a file that was uploaded whole and completed, by whoever posts the block. Slack works on a
 * completed file for a moment; until then it refuses the blocks, as it does for a file that is not there.
 *
 * @see https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
 * @see https://github.com/slackapi/python-slack-sdk/issues/1658 its words
 * @see https://github.com/slackapi/slack-github-action/issues/413 the moment
 */
import type { Json } from './slack-front.ts';

export interface SlackFile {
  readonly id: string;
  readonly length: number;
  readonly altText: string;
  bytes?: Buffer;
  isCompleted: boolean;
  /** How often it is refused yet. */
  refusals: number;
}

export interface SlackFiles {
  readonly all: ReadonlyMap<string, SlackFile>;
  /** How often a file that is completed from now on is refused at first. */
  refuseFirst(times: number): void;
  /** Somebody deletes it. */
  remove(id: string): void;
  /** An order as it was answered. */
  note(method: string, body: Json, answer: Json): void;
  /** HTTP status of an upload. */
  take(id: string, bytes: Buffer): number;
  /** In Slack's words; nothing is good. */
  judge(blocks: readonly Json[]): readonly string[];
}

const kinds = [Buffer.from('89504e47', 'hex'), Buffer.from('ffd8ff', 'hex'), Buffer.from('GIF8')];

export function createSlackFiles(): SlackFiles {
  const all = new Map<string, SlackFile>();
  let refusals = 0;
  const isShown = (file: SlackFile | undefined) => {
    if (!file?.isCompleted || !kinds.some((kind) => file.bytes?.indexOf(kind) === 0)) return false;
    if (file.refusals === 0) return true;
    file.refusals -= 1;
    return false;
  };
  return {
    all,
    refuseFirst(times) {
      refusals = times;
    },
    remove: (id) => void all.delete(id),
    note(method, body, answer) {
      if (!answer.ok) return;
      if (method === 'files.getUploadURLExternal') {
        const file = { id: answer.file_id, length: Number(body.length), altText: body.alt_txt };
        all.set(file.id, { ...file, isCompleted: false, refusals });
      }
      if (method !== 'files.completeUploadExternal') return;
      for (const { id } of body.files) {
        const file = all.get(id);
        if (file) file.isCompleted = true;
      }
    },
    take(id, bytes) {
      const file = all.get(id);
      if (!file || file.isCompleted) return 404;
      // Slack was told how long it is.
      if (file.length !== bytes.length) return 400;
      file.bytes = bytes;
      return 200;
    },
    judge: (blocks) =>
      blocks.flatMap(({ slack_file: shown }, at) =>
        shown === undefined || isShown(all.get(shown.id))
          ? []
          : [`[ERROR] invalid slack file [json-pointer:/blocks/${at}/slack_file]`],
      ),
  };
}
