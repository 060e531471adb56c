import { begin } from '../state/conversations';
import { nameGroups } from '../state/groups';
import { dialog, open } from '../state/place';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { useAction } from '../state/use-action';
import { Dialog } from './dialog';
import { Field, Problem, typedIn } from './field';

/** Three ways to begin: with somebody, with a group of one's own, with a group that exists. */
export function NewDialog() {
  const words = t.value;
  const close = () => {
    dialog.value = undefined;
  };
  return (
    <Dialog title={words.newChatTitle} onClose={close}>
      <Begin title={words.direct} action={words.directAction} ask={writeTo}>
        <Field label={words.user} hint={words.directHint} name="user" autocomplete="off" spellcheck={false} required />
      </Begin>
      <Begin title={words.joinGroup} action={words.joinGroupAction} ask={joinGroup}>
        <Field label={words.groupId} name="id" autocomplete="off" maxLength={64} spellcheck={false} required />
      </Begin>
      <Begin title={words.createGroup} action={words.createGroupAction} ask={createGroup}>
        <Field label={words.groupName} name="name" autocomplete="off" maxLength={64} required />
        <Field label={words.groupDescription} name="description" autocomplete="off" maxLength={512} />
        <Field
          {...{ label: words.groupIdOptional, hint: words.groupIdHint, name: 'id', autocomplete: 'off' }}
          {...{ maxLength: 64, pattern: '[!-~]*', spellcheck: false }}
        />
      </Begin>
    </Dialog>
  );
}

/** Whether somebody has this name is known when the first message is sent. */
async function writeTo(form: HTMLFormElement): Promise<void> {
  const conversation = chat().conversationOf({ to: typedIn(form, 'user') });
  begin(conversation);
  open(conversation);
}

async function createGroup(form: HTMLFormElement): Promise<void> {
  const [description, id] = [typedIn(form, 'description'), typedIn(form, 'id')];
  const { conversation } = await chat().createGroup({
    name: typedIn(form, 'name'),
    ...(description !== '' && { description }),
    ...(id !== '' && { id }),
  });
  await enter(conversation);
}

async function joinGroup(form: HTMLFormElement): Promise<void> {
  const { conversation } = await chat().joinGroup(typedIn(form, 'id'));
  await enter(conversation);
}

async function enter(conversation: string): Promise<void> {
  open(conversation);
  await nameGroups(chat(), [conversation]);
}

interface BeginProps {
  readonly title: string;
  readonly action: string;
  readonly ask: (form: HTMLFormElement) => Promise<void>;
  readonly children: preact.ComponentChildren;
}

function Begin({ title, action, ask, children }: BeginProps) {
  const { run, isPending, problem } = useAction(ask);
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    run(event.currentTarget);
  };
  return (
    <form class="part" onSubmit={submit}>
      <h3>{title}</h3>
      {children}
      <Problem text={problem} />
      <button type="submit" class="button is-primary" disabled={isPending}>
        {action}
      </button>
    </form>
  );
}
