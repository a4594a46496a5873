import type { RequestHandler } from 'express';

/** The policies that adaptivecards.min.js makes; our own files assign no mark-up at all (H35). */
const trustedTypes = [
  'adaptivecards#markdownPassthroughPolicy',
  'adaptivecards#restoreContentsPolicy',
  'adaptivecards#deprecatedExportedFunctionPolicy',
];

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${trustedTypes.join(' ')}`,
].join('; ');

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  next();
};
