// What the server's schemas say of one value that people set: which kind of field it takes, between which limits, from which choices.

export interface Shape {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly items?: Shape;
  /** Of an object whose keys are not known beforehand. */
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: unknown;
  /** Leaves the server as "***" only. */
  readonly secret?: boolean;
  /** Where the secrets are sent to. */
  readonly place?: boolean;
  /** Of several lines. */
  readonly lines?: boolean;
}

export interface ObjectShape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

export type InputKind = 'switch' | 'choice' | 'number' | 'list' | 'pairs' | 'secret' | 'lines' | 'text';
export type Choice = string | number;
export type Values = Readonly<Record<string, unknown>>;

/** What the server shows of a secret; sent back it stays as it is. */
export const HIDDEN = '***';
/** Up to here a whole step would be the whole way. */
const MOST_OF_SHARES = 2;

export function inputKindOf(shape: Shape): InputKind {
  if (choicesOf(shape).length > 0) return 'choice';
  switch (shape.type) {
    case 'boolean':
      return 'switch';
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return 'list';
    case 'object':
      return 'pairs';
    default:
      if (shape.lines === true) return 'lines';
      return shape.secret === true ? 'secret' : 'text';
  }
}

export function choicesOf({ anyOf, enum: values }: Shape): readonly Choice[] {
  const all = values ?? anyOf?.map((one) => one.const) ?? [];
  return all.filter((value) => typeof value === 'string' || typeof value === 'number');
}

/** How far one press goes: shares and the like have little room. */
export function stepOf({ type, maximum = Infinity }: Shape): number {
  return type === 'number' && maximum <= MOST_OF_SHARES ? 0.1 : 1;
}

/** The defaults of a whole object. */
export function firstValues({ properties = {} }: ObjectShape): Values {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, one]) => (one.default === undefined ? [] : [[key, one.default]])),
  );
}

/** Which of the keys the server's words are about; null: none of them. They name it like "url", "settings.url" or "headers.x-token". */
export function keyOfProblem(problem: string, keys: readonly string[]): string | null {
  return (
    [...problem.matchAll(/"(?:settings[./])?(\w+)(?:[./][^"]*)?"|\/(\w+)\b/g)]
      .map(([, a, b]) => a ?? b ?? '')
      .find((key) => keys.includes(key)) ?? null
  );
}
