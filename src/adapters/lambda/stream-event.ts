import type { ProfileChange } from '../../domain/presence/announce-presence';
import type { Item } from '../dynamodb/item';
import { toProfile } from '../dynamodb/presence';

/** What we read of an event of a table's stream (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB"). */
export interface StreamEvent {
  readonly Records: readonly StreamRecord[];
}

interface StreamRecord {
  readonly dynamodb?: {
    readonly SequenceNumber?: string;
    readonly OldImage?: Item;
    readonly NewImage?: Item;
  };
}

interface ProfileRecord {
  readonly sequenceNumber: string;
  readonly change: ProfileChange;
}

/**
 * The changes of profiles, in their order. A record that cannot be read would hold up everybody behind it in the shard for
 * as long as it is tried again, and never become readable: it is reported and left out.
 */
export function readProfileRecords(
  records: readonly StreamRecord[],
  report: (cause: unknown) => void,
): readonly ProfileRecord[] {
  return records.flatMap((record) => {
    try {
      return [readRecord(record)];
    } catch (cause) {
      report(new Error(`The stream's record ${record?.dynamodb?.SequenceNumber} is left out: unreadable.`, { cause }));
      return [];
    }
  });
}

function readRecord({ dynamodb: { SequenceNumber, OldImage, NewImage } = {} }: StreamRecord): ProfileRecord {
  if (!SequenceNumber || !OldImage || !NewImage) throw new Error('It lacks its number or an image.');
  return { sequenceNumber: SequenceNumber, change: { before: toProfile(OldImage), after: toProfile(NewImage) } };
}
