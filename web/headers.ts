/**
 * What every answer of whoever serves the page says: the local server and CloudFront alike, so that what is deployed has been
 * tried in a browser.
 */

/**
 * The page runs only its own files and talks to nobody but its own server (for `config.json`) and the gateway.
 *
 * @param gatewayUrl the WebSocket URL, which is all of it that may be connected to.
 */
export function contentSecurityPolicy(gatewayUrl: string): string {
  return Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': `'self' ${gatewayUrl}`,
    'base-uri': "'none'",
    // Forms are answered by the page itself; a password must never become part of a request for a page.
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    // Text of other users becomes text only: whoever writes code that makes markup of a string finds out at once.
    'require-trusted-types-for': "'script'",
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** What names a feature that the page does not use, so that no script that got in could either. */
export const PERMISSIONS_POLICY = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

/** Everything but HTTPS's own, as name and value. */
export function securityHeaders(gatewayUrl: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(gatewayUrl),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': PERMISSIONS_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
