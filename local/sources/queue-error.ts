const SQS = 'com.amazonaws.sqs#';
const CORAL = 'com.amazon.coral.service#';

/** Each error's type in the JSON protocol, and its code in the older query protocol, which SDKs read from a header. */
const ERRORS = {
  AccessDenied: [`${CORAL}AccessDeniedException`, 'AccessDenied'],
  QueueDoesNotExist: [`${SQS}QueueDoesNotExist`, 'AWS.SimpleQueueService.NonExistentQueue'],
  ReceiptHandleIsInvalid: [`${SQS}ReceiptHandleIsInvalid`, 'ReceiptHandleIsInvalid'],
  MessageNotInflight: [`${SQS}MessageNotInflight`, 'AWS.SimpleQueueService.MessageNotInflight'],
  EmptyBatchRequest: [`${SQS}EmptyBatchRequest`, 'AWS.SimpleQueueService.EmptyBatchRequest'],
  TooManyEntriesInBatchRequest: [
    `${SQS}TooManyEntriesInBatchRequest`,
    'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  ],
  BatchEntryIdsNotDistinct: [`${SQS}BatchEntryIdsNotDistinct`, 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct'],
  BatchRequestTooLong: [`${SQS}BatchRequestTooLong`, 'AWS.SimpleQueueService.BatchRequestTooLong'],
  InvalidMessageContents: [`${SQS}InvalidMessageContents`, 'InvalidMessageContents'],
  OverLimit: [`${SQS}OverLimit`, 'OverLimit'],
  UnsupportedOperation: [`${SQS}UnsupportedOperation`, 'AWS.SimpleQueueService.UnsupportedOperation'],
  InvalidParameterValue: [`${CORAL}InvalidParameterValueException`, 'InvalidParameterValue'],
  MissingParameter: [`${CORAL}MissingRequiredParameterException`, 'MissingParameter'],
  Serialization: [`${CORAL}SerializationException`, 'SerializationException'],
} as const;

/** What SQS answers instead of doing what it was asked: always the sender's fault. */
export class QueueError extends Error {
  readonly type: string;
  readonly queryCode: string;
  readonly status: 400 | 403;

  constructor(name: keyof typeof ERRORS, message: string) {
    super(message);
    [this.type, this.queryCode] = ERRORS[name];
    this.status = name === 'AccessDenied' ? 403 : 400;
  }
}

export function missing(parameter: string): QueueError {
  return new QueueError('MissingParameter', `The request must contain the parameter ${parameter}.`);
}

export function invalid(value: unknown, parameter: string, reason: string): QueueError {
  const message = `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`;
  return new QueueError('InvalidParameterValue', message);
}
