import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../src/adapters/lambda/describe-error';

const SECRET = 'the moon is made of cheese';
const frame = (fields: object) => JSON.stringify({ action: 'chat', to: 'bob', ...fields });

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (cause) {
    return cause;
  }
  throw new Error('Nothing was thrown.');
}

describe('an error in the log', () => {
  it('has its type, its words, where it was thrown, and what was behind it', () => {
    const cause = Object.assign(new Error('User: arn is not authorized to perform: dynamodb:PutItem'), {
      name: 'AccessDenied',
    });

    const told = describeError(new Error('It could not be put.', { cause }), []);

    expect(told).toMatchObject({
      message: 'It could not be put.',
      errorType: 'Error',
      stack: expect.stringMatching(/^Error: It could not be put\.\n +at .*describe-error\.test/),
      cause: { message: cause.message, errorType: 'AccessDenied' },
    });
  });

  it.each<[string, () => unknown]>([
    [
      'its words',
      () => {
        throw new Error(`I do not like “${SECRET}”.`);
      },
    ],
    [
      'words of several lines',
      () => {
        throw new Error(`no:\n    at ${SECRET} (here)`);
      },
    ],
    [
      'its cause',
      () => {
        throw new Error('no', { cause: new Error(SECRET) });
      },
    ],
    [
      'its name',
      () => {
        throw Object.assign(new Error('no'), { name: SECRET });
      },
    ],
    ['what JavaScript says of a value', () => 'x' in (SECRET as unknown as object)],
    ['what JavaScript says of a part of it', () => JSON.parse(SECRET)],
    [
      'what is no Error',
      () => {
        throw SECRET;
      },
    ],
  ])('has nothing that the client wrote in %s', (_, work) => {
    const told = JSON.stringify(describeError(thrownBy(work), [frame({ text: SECRET })]));

    expect(told).not.toContain('moon');
  });

  it('has nothing that the client wrote, at any depth, quoted, or where the frame is no JSON', () => {
    const quoted = `say "${SECRET}"\\ twice`;

    expect(JSON.stringify(describeError(new Error(SECRET), [frame({ deep: [{ er: SECRET }] })]))).not.toContain('moon');
    expect(JSON.stringify(describeError(new Error(quoted), [undefined, frame({ text: quoted })]))).not.toContain(
      'moon',
    );
    expect(JSON.stringify(describeError(new Error(`<${SECRET}>`), [SECRET]))).not.toContain('moon');
  });

  it('takes out the longest first, and keeps ids and what is in every sentence', () => {
    const told = describeError(new Error('bob has no “abc”, nor “abcd”, to do'), [
      frame({ text: 'abc', more: 'abcd', to: 'bob', x: 'do' }),
    ]);

    expect(told.message).toBe('bob has no “…”, nor “…”, to do');
  });

  it.each(["Cannot read properties of undefined (reading 'userId')", 'ports.log.put is not a function'])(
    'keeps words of JavaScript that name no value: %s',
    (message) => {
      expect(describeError(new TypeError(message), [])).toMatchObject({ message, errorType: 'TypeError' });
    },
  );

  it('ends, with causes in a circle', () => {
    const error = new Error('round');
    error.cause = error;

    expect(JSON.stringify(describeError(error, [])).match(/"message"/g)).toHaveLength(5);
  });
});
