interface Part {
  readonly text: string;
  readonly href?: string;
}

// What ends a sentence, in either script, is no part of an address that stands at its end.
const ADDRESS = /https?:\/\/[^\s<>"'，。；：！？、（）《》「」]*[^\s<>"'，。；：！？、（）《》「」.,;:!?)\]]/g;

/** A text in parts, some of which are addresses that a browser can open. */
export function linksIn(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: href, index } of text.matchAll(ADDRESS)) {
    if (index > end) parts.push({ text: text.slice(end, index) });
    if (URL.canParse(href)) parts.push({ text: href, href });
    else parts.push({ text: href });
    end = index + href.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
