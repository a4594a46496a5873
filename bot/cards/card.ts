/**
 * What people read, free of any chat: pure data, drawn by one renderer a transport.
 *
 * Texts hold words of people and platforms as data: a renderer shows them letter-true and never as mark-up (H35).
 */
export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'busy';

export interface Card {
  /** First line: who wants what, of what. */
  readonly title: string;
  /** At its right: number and state, `R-128 · 1 of 2 agreed`. */
  readonly state?: string | undefined;
  readonly tone: Tone;
  /** One line for notifications and screen readers. */
  readonly summary: string;
  /** At most 11 lines before the buttons. */
  readonly body: readonly Block[];
  readonly inputs?: readonly Input[] | undefined;
  readonly actions: readonly Action[];
  /** Nothing was done: it asks which of its actions was meant. */
  readonly asksBack?: boolean | undefined;
  /** Shown when asked for: plan, reasons per host, groups, audit. */
  readonly details?: readonly Block[] | undefined;
}

export type Block =
  | {
      readonly block: 'text';
      readonly text: string;
      readonly weight?: 'normal' | 'strong' | 'quiet' | undefined;
    }
  | {
      readonly block: 'fields';
      readonly fields: readonly { readonly label: string; readonly value: string }[];
    }
  | {
      readonly block: 'table';
      readonly columns: readonly {
        readonly title: string;
        readonly align?: 'left' | 'right' | undefined;
        /** Its cells are typed again, as a job's number is: a narrow terminal cuts others. */
        readonly isWhole?: true;
      }[];
      readonly rows: readonly (readonly string[])[];
      /** `50 of 25,000 shown`. */
      readonly more?: string | undefined;
    }
  /** Letters that stand under each other: a command with its caret, a script. */
  | { readonly block: 'code'; readonly text: string }
  | { readonly block: 'steps'; readonly steps: readonly StepLine[] }
  | { readonly block: 'progress'; readonly percent: number }
  /** When what would happen, a row each, from the beginning of it all. Drawn as a picture, and as text where none can be. */
  | {
      readonly block: 'timeline';
      readonly title: string;
      /** One sentence for screen readers, and for where no picture can be shown. */
      readonly alt: string;
      /** When all of it is over. */
      readonly endMs: number;
      readonly groups: readonly TimelineGroup[];
      /** `50 of 72 moves shown`. */
      readonly more?: string | undefined;
    };

export interface TimelineGroup {
  readonly title: string;
  readonly rows: readonly {
    readonly label: string;
    readonly bars: readonly {
      readonly fromMs: number;
      readonly toMs: number;
      readonly tone: Tone;
      readonly note?: string | undefined;
    }[];
  }[];
}

export interface StepLine {
  readonly mark:
    | 'done'
    | 'warning'
    | 'failed'
    | 'running'
    | 'waiting'
    | 'unknown'
    | 'skipped'
    | 'asking';
  readonly text: string;
  /** `1 min 12 s`, `62 %`. */
  readonly right?: string | undefined;
}

export type Input = {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  /** What was typed, kept over a fault. */
  readonly value?: string | undefined;
  /** What is wrong with the value, in a sentence. */
  readonly fault?: string | undefined;
} & (
  | {
      readonly input: 'text';
      readonly placeholder?: string | undefined;
      readonly multiline?: boolean | undefined;
      /** The first of more names than a list holds; a chat that can offers those that fit what is typed. */
      readonly offered?: readonly string[] | undefined;
    }
  | {
      readonly input: 'choice';
      readonly choices: readonly { readonly title: string; readonly value: string }[];
    }
  | {
      /** Some of several: their values, which hold no comma, stand behind each other with commas between. */
      readonly input: 'choices';
      readonly choices: readonly { readonly title: string; readonly value: string }[];
    }
  | { readonly input: 'toggle' }
);

export interface Ask {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  /** Of which some are chosen; absent: a text is typed. */
  readonly choices?: readonly { readonly title: string; readonly value: string }[] | undefined;
}

/** The input that an action shows first. */
export function toAskInput({ choices, ...ask }: Ask): Input {
  if (!choices) return { ...ask, input: 'text', multiline: true };
  return { ...ask, input: 'choices', choices, value: joinValues(choices) };
}

export function joinValues(choices: readonly { readonly value: string }[]): string {
  return choices.map(({ value }) => value).join(',');
}

export function splitValues(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((one) => one !== '');
}

export interface Action {
  /** Opaque: looked up and authorized anew at each click. */
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'normal' | 'danger';
  /** Asked back before it is sent. */
  readonly confirm?: string | undefined;
  /** Sends the card's inputs along; `ask` shows one input first: a reason, or choices of which all are ticked. */
  readonly ask?: Ask | undefined;
}
