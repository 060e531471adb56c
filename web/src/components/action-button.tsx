import { useAction } from '../state/use-action';
import { Problem } from './field';

interface ActionButtonProps {
  readonly text: string;
  /** The same with whom it is about: in a list, one button sounds like the other. */
  readonly label?: string;
  readonly isPrimary?: boolean;
  readonly isDanger?: boolean;
  readonly action: () => Promise<unknown>;
}

/** Asks the server for one thing, and says beside itself if that failed. */
export function ActionButton({ text, label, isPrimary = false, isDanger = false, action }: ActionButtonProps) {
  const { run, isPending, problem } = useAction(action);
  const kind = isPrimary ? 'is-primary' : isDanger ? 'is-danger' : '';
  return (
    <>
      <button type="button" class={`button ${kind}`} aria-label={label} disabled={isPending} onClick={() => run()}>
        {text}
      </button>
      {problem !== undefined && <Problem text={problem} />}
    </>
  );
}
