import { compileTemplateSelection, keyPattern } from '../gateway/mock-integration';
import { checkTemplate } from '../gateway/mock-template';
import { messageOf } from '../process/clear-error';
import type { MockDescription, MockTemplates } from './description';
import type { Resolve } from './intrinsics';
import { asRecord, type Resource, requireKnownProperties, type Template, textOf, Unsupported } from './template';

/** The CDK writes an empty `IntegrationUri`. Pass-through is about templates that match nothing: there is nothing behind. */
const PROPERTIES = ['ApiId', 'Description', 'IntegrationMethod', 'IntegrationType', 'IntegrationUri'];
const TEMPLATE_PROPERTIES = [
  'PassthroughBehavior',
  'RequestTemplates',
  'TemplateSelectionExpression',
  'TimeoutInMillis',
];

const RESPONSE_PROPERTIES = ['ApiId', 'IntegrationId', 'IntegrationResponseKey', 'ResponseTemplates'];

interface Parts {
  readonly template: Template;
  readonly resolve: Resolve;
}

/** @throws Unsupported for a template, a selection or a key that the gateway could not follow. */
export function readMock(integration: Resource, { template, resolve }: Parts): MockDescription {
  requireKnownProperties(integration, [...PROPERTIES, ...TEMPLATE_PROPERTIES]);
  return {
    request: templatesOf(integration, 'RequestTemplates', resolve),
    responses: responsesOf(integration, { template, resolve }).map((response) => readResponse(response, resolve)),
  };
}

export function responsesOf(integration: Resource, { template, resolve }: Parts): readonly Resource[] {
  const id = resolve({ Ref: integration.logicalId });
  return [...template.resources.values()].filter(
    ({ type, properties }) =>
      type === 'AWS::ApiGatewayV2::IntegrationResponse' && resolve(properties.IntegrationId) === id,
  );
}

function readResponse(response: Resource, resolve: Resolve): MockDescription['responses'][number] {
  requireKnownProperties(response, [...RESPONSE_PROPERTIES, 'TemplateSelectionExpression']);
  const responseKey = textOf(response.properties.IntegrationResponseKey);
  checked(response, () => keyPattern(responseKey));
  if (responseKey !== '$default' && keyPattern(responseKey) === undefined) {
    throw new Unsupported(response, `IntegrationResponseKey ${responseKey} is neither $default nor /a status/`);
  }
  return { responseKey, ...templatesOf(response, 'ResponseTemplates', resolve) };
}

function templatesOf(resource: Resource, property: string, resolve: Resolve): MockTemplates {
  const given = Object.entries(asRecord(resolve(resource.properties[property])) ?? {});
  const templates = given.map(([key, text]) => [key, textOf(text)] as const);
  const selection = textOf(resolve(resource.properties.TemplateSelectionExpression ?? ''));
  checked(resource, () => {
    compileTemplateSelection(selection);
    for (const [, text] of templates) checkTemplate(text);
  });
  return { templates: Object.fromEntries(templates), selection };
}

function checked(resource: Resource, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Unsupported(resource, messageOf(error));
  }
}
