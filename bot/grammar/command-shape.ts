/** What a value is read as. Sizes become bytes, durations milliseconds. */
export type ValueType = 'text' | 'name' | 'size' | 'duration' | 'count' | 'boolean' | 'choice';

/** The type of a value, with what its reading needs to know. */
export type ValueShape =
  | { readonly type: 'text' | 'size' | 'duration' | 'boolean' }
  /** `kind` says what is named (`template`, `host`), for the form and the suggestions. */
  | { readonly type: 'name'; readonly kind?: string }
  /** Whole numbers; from 1 unless `min` says otherwise. */
  | { readonly type: 'count'; readonly min?: number; readonly max?: number }
  | { readonly type: 'choice'; readonly values: readonly string[] };

/** An option: `--name value`, `--name=value`; a boolean is a flag and needs no value. */
export type OptionShape = ValueShape & {
  /** Without dashes, in lower case: `memory`. */
  readonly name: string;
  /** One line for help and forms. */
  readonly summary: string;
  /** Reported as missing when not given; the caller asks for it in a form. */
  readonly required?: boolean;
  /** How a flag stands in a form at first. */
  readonly isOnAtFirst?: boolean;
  /** For those who know the estate: a form asks for it only where it was typed. */
  readonly isRare?: boolean;
};

/** What a command is about: the name after its words. */
export interface TargetShape {
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
  readonly many?: number;
}

/**
 * A further word after the target, such as the person in `vm owner set web-07 ann`.
 *
 * With `after` it is taken only behind that word: `grant request vm.delete on db-01 for 1h`.
 * With `many` it is the last one and takes every further word, each a name: at most so many in all.
 */
export type PositionShape = ValueShape & {
  readonly name: string;
  readonly required: boolean;
  readonly after?: string;
  readonly many?: number;
};

/** What a command declares for the parser. Definitions in bot/commands spread it. */
export interface CommandShape {
  /** In lower case, noun first: `['vm', 'snapshot', 'create']`. */
  readonly words: readonly string[];
  readonly target?: TargetShape;
  readonly more?: readonly PositionShape[];
  /** Takes all that follows as typed, for commands about commands: `help`, `explain`. */
  readonly rest?: { readonly name: string; readonly required: boolean };
  readonly options?: readonly OptionShape[];
}

/** The name of right, operation and command: `vm.snapshot.create`. */
export function toCommandName(shape: CommandShape): string {
  return shape.words.join('.');
}

/** The target and the further positions as one list; the target is always a name. */
export function listPositions(shape: CommandShape): readonly PositionShape[] {
  const target: PositionShape[] =
    shape.target === undefined ? [] : [{ type: 'name', ...shape.target }];
  return [...target, ...(shape.more ?? [])];
}

/** A position that takes several names, and how many. */
export type ManyPosition = PositionShape & { readonly many: number };

/** The last position, if it takes several names. */
export function findManyPosition(shape: CommandShape): ManyPosition | undefined {
  const last = listPositions(shape).at(-1);
  return last?.many === undefined ? undefined : { ...last, many: last.many };
}
