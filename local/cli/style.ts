import * as util from 'node:util';

export type Colour = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';
export type Style = (colour: Colour, text: string) => string;

export const plain: Style = (_, text) => text;

/** Colours only for a person at a terminal who did not ask for none (no-color.org). Node has styleText since 20.12. */
export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  const isWanted = stream.isTTY === true && (process.env.NO_COLOR ?? '') === '';
  if (!isWanted || typeof util.styleText !== 'function') return plain;
  return (colour, text) => util.styleText(colour, text);
}
