// Names are shown as they are written: what a messenger would read as its markup is made harmless.

/** A character without width: it parts what belongs together only as markup. */
const PART = '\u200B';

/** `{{emoji:door}}` is a placeholder of the chat library, and `{{DATE(…)}}` one of Teams. */
function withoutPlaceholders(text: string): string {
  return text.replaceAll('{{', `{${PART}{`);
}

/** Slack knows no escapes but those of three characters; a mark that touches no letter marks nothing. */
export function forSlack(text: string): string {
  return withoutPlaceholders(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, (mark) => PART + mark + PART)
    .replaceAll(/:(?=[\w+-]+:)/g, `:${PART}`);
}

/** Where Slack shows plain text it still makes pictures of `:door:`. */
export function forSlackPlain(text: string): string {
  return withoutPlaceholders(text).replaceAll(/:(?=[\w+-]+:)/g, `:${PART}`);
}

/** Markdown as CommonMark and Discord have it: any punctuation may have a backslash in front. */
export function forMarkdown(text: string): string {
  return withoutPlaceholders(text).replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}

/** The cards of Teams know a part of Markdown; its mobile apps show a backslash before what needs none. */
export function forTeams(text: string): string {
  return withoutPlaceholders(text)
    .replaceAll(/[\\`*_[\]()~]/g, String.raw`\$&`)
    .replaceAll(/^(\s*)([-+#>])/gm, String.raw`$1\$2`)
    .replaceAll(/^(\s*\d+)([.)])/gm, String.raw`$1\$2`);
}

/** The cards of Google Chat take some HTML; the chat library makes `*` of `**` in them. */
export function forGoogleChat(text: string): string {
  return withoutPlaceholders(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\*(?=\*)/g, `*${PART}`);
}

/** For titles that are shown as they are. */
export function forPlain(text: string): string {
  return withoutPlaceholders(text);
}
