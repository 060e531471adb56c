import { describe, expect, it } from '@jest/globals';
import { principalOf } from '../../src/adapters/lambda/principal';
import { eventWith } from '../tooling/handlers';

const principalIn = (authorizer?: Record<string, string | number | boolean>) => {
  const event = eventWith();
  return principalOf({ ...event, requestContext: { ...event.requestContext, ...(authorizer && { authorizer }) } });
};

describe('the principal of a connection', () => {
  it('is what its authorizer said, as text, as API Gateway hands it over', () => {
    const authorizer = {
      principalId: 'p',
      userId: 'Ann',
      subject: 's',
      expiresAt: '1795411066347',
      integrationLatency: 7,
    };

    expect(principalIn(authorizer)).toEqual({ name: 'Ann', subject: 's', expiresAt: 1795411066347 });
  });

  it('is its own subject where none is named, with the case of its letters', () => {
    expect(principalIn({ userId: 'Ann' })).toEqual({ name: 'Ann', subject: 'Ann' });
    expect(principalIn({ userId: 7 })).toEqual({ name: '7', subject: '7' });
  });

  it('is nobody without a user, or without an authorizer', () => {
    expect(principalIn({ principalId: 'p', subject: 's' })).toBeUndefined();
    expect(principalIn({ userId: '' })).toBeUndefined();
    expect(principalIn()).toBeUndefined();
  });

  it('has a time that never comes to be where the authorizer gave no number', () => {
    expect(principalIn({ userId: 'ann', expiresAt: 'soon' })).toMatchObject({ expiresAt: Number.NaN });
  });
});
