import { createHash, createHmac } from 'node:crypto';

/** What Lambda hands over of its role. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Signing {
  readonly credentials: Credentials;
  readonly region: string;
  /** As IAM names it: `execute-api`. */
  readonly service: string;
}

/** A request without a query: none of ours has one. */
export interface Unsigned {
  readonly method: string;
  /** As it goes over the wire, so with its own escapes, which are escaped again for the signature. */
  readonly path: string;
  /** All that are to be signed, in lower case, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Signs requests by AWS Signature Version 4 (IAM User Guide, "Create a signed AWS API request"): the headers to send, those given among
 * them. The published test suite and the SDK's signatures are its tests.
 */
export function signerOf({ credentials, region, service }: Signing): (request: Unsigned, at: Date) => Headers {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const token: Headers = sessionToken ? { 'x-amz-security-token': sessionToken } : {};
  let known: { readonly day: string; readonly key: Buffer } = { day: '', key: Buffer.alloc(0) };

  /** The same all day, and four HMACs of the five that a request would take. */
  const keyOf = (day: string): Buffer => {
    if (known.day !== day) {
      const steps = [day, region, service, 'aws4_request'];
      known = { day, key: steps.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`)) };
    }
    return known.key;
  };

  return ({ method, path, headers, body }, at) => {
    const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const signed: Headers = { ...headers, 'x-amz-date': time, ...token };
    const names = Object.keys(signed).sort();
    const lines = names.map((name) => `${name}:${signed[name]}`);
    const canonical = [method, escapePath(path), '', ...lines, '', names.join(';'), sha256(body)].join('\n');
    const signature = hmac(keyOf(day), `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
    const claim = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    return { ...signed, authorization: `AWS4-HMAC-SHA256 ${claim}` };
  };
}

/** Everything but the unreserved characters of RFC 3986; `encodeURIComponent` leaves five more. */
export function escapeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function escapePath(path: string): string {
  return path.split('/').map(escapeSegment).join('/');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
