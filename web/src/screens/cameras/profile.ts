/** The address of an ONVIF camera with another of its profiles; null: the largest. */
export function withProfile(source: string, token: string | null): string {
  const [, head = source, query = ''] = /^([a-z]+:\/\/(?:[^/]*@)?[^/?]*)[^?]*(\?.*)?$/i.exec(source) ?? [];
  return `${head}${token === null ? '' : `/${encodeURIComponent(token)}`}${query}`;
}
