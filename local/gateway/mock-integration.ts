/**
 * MOCK integrations: the gateway answers by itself (Developer Guide, "Set up a mock integration"). The request template
 * yields `{"statusCode": …}`, and an integration response's template yields the body. What is emulated:
 *
 * - A template is selected by its key; else `$default`, else `application/json`, which the CDK's examples use.
 * - Without a request template the status is 200. One that yields no status is an error, as a broken Lambda is.
 * - An integration response is selected by its key, `/200/` or `/2\d\d/`, matched with the status; else `$default`.
 */
import type { MockDescription, MockTemplates } from '../app/description';
import type { GatewayBehaviours } from './behaviours';
import type { Answer } from './integration';
import { renderTemplate, type TemplateInput } from './mock-template';
import { compileSelection } from './route-selection';

export function answerMock(mock: MockDescription, input: TemplateInput, behaviours: GatewayBehaviours): Answer {
  const template = templateOf(mock.request, input);
  const request = template === undefined ? '{"statusCode": 200}' : renderTemplate(template, input);
  const statusCode = statusIn(request);
  if (statusCode === undefined) return { kind: 'error', status: 502, isMalformed: true };
  const response = responseOf(mock, statusCode);
  if (!response) {
    const isShown = behaviours.mockWithoutResponse === 'request';
    return { kind: 'response', response: { statusCode, ...(isShown && { body: request }) } };
  }
  const bodyTemplate = templateOf(response, input);
  const body = bodyTemplate === undefined ? {} : { body: renderTemplate(bodyTemplate, input) };
  return { kind: 'response', response: { statusCode, ...body } };
}

/** `$default` needs no escape where a template is selected; a body's variables are those of route selection. */
export function compileTemplateSelection(selection: string): (body: unknown) => string {
  return selection === '$default' ? () => '$default' : compileSelection(selection);
}

function templateOf({ templates, selection }: MockTemplates, { body = '' }: TemplateInput): string | undefined {
  const key = compileTemplateSelection(selection)(parsed(body));
  const found = [key, '$default', 'application/json'].find((name) => Object.hasOwn(templates, name));
  return found === undefined ? undefined : templates[found];
}

function responseOf({ responses }: MockDescription, statusCode: number): MockTemplates | undefined {
  const matching = responses.find(({ responseKey }) => keyPattern(responseKey)?.test(String(statusCode)));
  return matching ?? responses.find(({ responseKey }) => responseKey === '$default');
}

/** `/2\d\d/`; undefined for `$default`. Throws for what is no regular expression. */
export function keyPattern(responseKey: string): RegExp | undefined {
  const pattern = /^\/(.*)\/$/.exec(responseKey)?.[1];
  return pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
}

function statusIn(request: string): number | undefined {
  const statusCode: unknown = Object(parsed(request)).statusCode;
  const isStatus = typeof statusCode === 'number' && Number.isInteger(statusCode);
  return isStatus && statusCode >= 200 && statusCode <= 599 ? statusCode : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
