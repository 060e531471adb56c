import { announcement } from '../state/activity';

/** Reads new messages out to whoever does not see them come. */
export function LiveRegion() {
  return (
    <p class="unseen" role="status" aria-live="polite">
      {announcement.value}
    </p>
  );
}
