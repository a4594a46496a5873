/**
 * What is wrong with blocks; nothing is good.
 *
 * Structure by a schema made from Slack's own types, lengths and counts by a table of ours, which the types only tell in
 * prose. The table is written out here anew: a number that is wrong in the renderer is not right for being there twice.
 */
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

// biome-ignore lint/suspicious/noExplicitAny: foreign JSON of any shape is what is judged here
type Any = any;

type Shape = 'SlackMessageShape' | 'SlackModalShape';
type Shapes = Readonly<Record<Shape, ValidateFunction>>;
let shapes: Shapes | undefined;

/** Takes seconds, once a process; a test that measures time calls it before. */
export function prepareJudges(): Shapes {
  if (shapes) return shapes;
  const path = fileURLToPath(new URL('block-kit-types.ts', import.meta.url));
  const schema = createGenerator({ path, type: '*', skipTypeCheck: true }).createSchema('*');
  const ajv = new Ajv({ strict: false, allowUnionTypes: true }).addSchema(
    schema as object,
    'slack',
  );
  const toValidator = (shape: Shape) => ajv.compile({ $ref: `slack#/definitions/${shape}` });
  shapes = {
    SlackMessageShape: toValidator('SlackMessageShape'),
    SlackModalShape: toValidator('SlackModalShape'),
  };
  return shapes;
}

export function validateSlackMessage(message: unknown): readonly string[] {
  const { text, blocks } = message as { text: string; blocks: Any[] };
  const bad = createFaults();
  bad.structure('SlackMessageShape', message);
  bad.length('text', text, 1, 4_000);
  bad.length('blocks', blocks, 1, 50);
  bad.length('all blocks as JSON', JSON.stringify(blocks), 2, 13_000);
  const tables = blocks.filter(({ type }) => type === 'table');
  if (tables.length > 1) bad.say('more than one table');
  judgeBlocks(bad, blocks);
  return bad.found;
}

export function validateSlackModal(view: unknown): readonly string[] {
  const modal = view as Any;
  const bad = createFaults();
  bad.structure('SlackModalShape', modal);
  bad.length('blocks', modal.blocks, 1, 100);
  bad.length('private_metadata', modal.private_metadata, 0, 3_000);
  bad.length('callback_id', modal.callback_id, 0, 255);
  for (const part of ['title', 'submit', 'close']) bad.length(part, modal[part]?.text, 1, 24);
  const isForm = modal.blocks.some(({ type }: Any) => type === 'input');
  if (isForm && !modal.submit) bad.say('inputs without submit');
  if (modal.blocks.some(({ type }: Any) => type === 'table')) bad.say('a table in a modal');
  judgeBlocks(bad, modal.blocks);
  return bad.found;
}

function createFaults() {
  const found: string[] = [];
  const say = (fault: string) => void found.push(fault);
  return {
    found,
    say,
    structure(shape: Shape, value: unknown) {
      const validate = prepareJudges()[shape];
      if (validate(value)) return;
      for (const { instancePath, message } of (validate.errors ?? []).slice(0, 2)) {
        say(`${instancePath} ${message}`);
      }
    },
    length(where: string, value: string | unknown[] | undefined, least: number, most: number) {
      if (value === undefined) return;
      if (value.length < least || value.length > most) {
        say(`${where}: ${value.length} is not ${least} to ${most}`);
      }
    },
  };
}
type Faults = ReturnType<typeof createFaults>;

function judgeBlocks(bad: Faults, blocks: Any[]): void {
  unique(
    bad,
    'block_id',
    blocks.map(({ block_id }) => block_id),
  );
  for (const [at, block] of blocks.entries()) {
    const where = `blocks[${at}] ${block.type}`;
    bad.length(`${where} block_id`, block.block_id, 1, 255);
    judge[block.type]?.(bad, where, block);
  }
  const elements = blocks.flatMap((block) => [...(block.elements ?? []), block.accessory ?? {}]);
  unique(
    bad,
    'action_id',
    elements.map(({ action_id }: Any) => action_id),
  );
}

/** Slack refuses the same id twice. */
function unique(bad: Faults, what: string, ids: readonly (string | undefined)[]): void {
  const given = ids.filter((id) => id !== undefined);
  if (new Set(given).size !== given.length) bad.say(`the same ${what} twice`);
}

const judge: Readonly<Record<string, (bad: Faults, where: string, block: Any) => void>> = {
  header: (bad, where, { text }) => bad.length(where, text.text, 1, 150),
  section(bad, where, { text, fields, accessory }) {
    if (!text && !fields) bad.say(`${where} has neither text nor fields`);
    bad.length(where, text?.text, 1, 3_000);
    bad.length(`${where} fields`, fields, 1, 10);
    for (const field of fields ?? []) bad.length(`${where} field`, field.text, 1, 2_000);
    if (accessory) judgeElement(bad, `${where} accessory`, accessory);
  },
  actions(bad, where, { elements }) {
    bad.length(where, elements, 1, 25);
    for (const element of elements) judgeElement(bad, where, element);
  },
  context(bad, where, { elements }) {
    bad.length(where, elements, 1, 10);
    for (const element of elements) bad.length(where, element.text, 1, 2_000);
  },
  input(bad, where, { label, hint, element }) {
    bad.length(`${where} label`, label.text, 1, 2_000);
    bad.length(`${where} hint`, hint?.text, 1, 2_000);
    judgeElement(bad, where, element);
  },
  image(bad, where, { alt_text, slack_file: file }) {
    bad.length(`${where} alt_text`, alt_text, 1, 2_000);
    // Slack's own words where it does not match: "input must match regex pattern".
    if (file && !/^F[A-Z0-9]{8,}$/.test(file.id)) bad.say(`${where} slack_file id ${file.id}`);
  },
  rich_text(bad, where, { elements }) {
    bad.length(where, elements, 1, 1_000);
    for (const part of elements) {
      bad.length(`${where} ${part.type}`, part.elements, 1, 1_000);
      for (const run of part.elements) bad.length(`${where} run`, run.text, 1, 400_000);
    }
  },
  table(bad, where, { rows, column_settings: settings }) {
    bad.length(`${where} rows`, rows, 1, 100);
    bad.length(`${where} columns`, settings, 1, 20);
    for (const row of rows) {
      bad.length(`${where} cells`, row, 1, 20);
      if (row.length !== rows[0].length) bad.say(`${where}: rows of unequal length`);
      for (const cell of row) bad.length(`${where} cell`, cell.text, 1, 10_000);
    }
    const letters = rows.flat().map((cell: Any) => cell.text);
    bad.length(`${where} letters`, letters.join(''), 1, 10_000);
  },
};

function judgeElement(bad: Faults, where: string, element: Any): void {
  bad.length(`${where} action_id`, element.action_id, 1, 255);
  bad.length(`${where} placeholder`, element.placeholder?.text, 1, 150);
  if (element.type === 'button') {
    bad.length(`${where} button`, element.text.text, 1, 75);
    bad.length(`${where} value`, element.value, 1, 2_000);
    bad.length(`${where} accessibility_label`, element.accessibility_label, 1, 75);
  }
  if (element.type === 'plain_text_input') {
    bad.length(`${where} initial_value`, element.initial_value, 1, 3_000);
  }
  const { options, confirm } = element;
  bad.length(`${where} options`, options, 1, 100);
  const given = [...(options ?? []), ...(element.initial_options ?? [])];
  for (const option of element.initial_option ? [...given, element.initial_option] : given) {
    bad.length(`${where} option`, option.text.text, 1, 75);
    bad.length(`${where} option value`, option.value, 1, 75);
    bad.length(`${where} option description`, option.description?.text, 1, 75);
  }
  unique(
    bad,
    'option value',
    (options ?? []).map(({ value }: Any) => value),
  );
  bad.length(`${where} confirm title`, confirm?.title.text, 1, 100);
  bad.length(`${where} confirm text`, confirm?.text.text, 1, 300);
  bad.length(`${where} confirm yes`, confirm?.confirm.text, 1, 30);
  bad.length(`${where} confirm no`, confirm?.deny.text, 1, 30);
}
