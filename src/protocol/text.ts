const encoder = new TextEncoder();

/** The length of `text` in bytes of UTF-8, which is what API Gateway, DynamoDB and scrypt count. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** The length of `text` in code points: an emoji outside the BMP is one, not two. */
export function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
