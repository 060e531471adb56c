import { useState } from 'preact/hooks';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { useAction } from '../state/use-action';
import { Field, Problem } from './field';

/** A new password: all other devices are logged out by it. */
export function PasswordForm() {
  const words = t.value;
  const [isDone, setDone] = useState(false);
  const { run, isPending, problem } = useAction(async (form: HTMLFormElement) => {
    setDone(false);
    const fields = new FormData(form);
    await chat().changePassword({
      password: String(fields.get('password')),
      newPassword: String(fields.get('newPassword')),
    });
    form.reset();
    setDone(true);
  });
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    run(event.currentTarget);
  };
  return (
    <form class="password-form" onSubmit={submit}>
      <Field
        {...{ label: words.password, name: 'password', type: 'password', autocomplete: 'current-password' }}
        required
      />
      <Field
        {...{ label: words.newPassword, hint: words.passwordHint, name: 'newPassword', type: 'password', minLength: 8 }}
        autocomplete="new-password"
        required
      />
      <Problem text={problem} />
      <p class="hint" role="status">
        {isDone ? words.passwordChanged : ''}
      </p>
      <button type="submit" class="button" disabled={isPending}>
        {words.changePasswordAction}
      </button>
    </form>
  );
}
