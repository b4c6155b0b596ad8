// Somebody's name in a text that is no part of a longer one: "Ann" is not "Annika".

/** `pattern` finds candidates with `like … escape '\'`. */
export function wholeName(name: string, inJson = false): { readonly pattern: string; readonly whole: RegExp } {
  const text = inJson ? JSON.stringify(name).slice(1, -1) : name;
  return {
    pattern: `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`,
    whole: new RegExp(
      `(?<![\\p{L}\\p{N}])${name.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}])`,
      'gu',
    ),
  };
}
