import { useState } from 'preact/hooks';
import { connection, login } from '../state/known';
import { language, t } from '../state/preferences';
import { chat } from '../state/session';
import { problemOf, useAction } from '../state/use-action';
import { Field, Problem } from './field';
import { Logo } from './logo';
import { LanguageChoice } from './preference-choices';

/** Sign up, or log in. */
export function AuthScreen() {
  const [isNew, setNew] = useState(false);
  const words = t.value;
  const ended = login.value.is === 'out' && login.value.isEnded;
  return (
    <main class="auth" lang={language.value}>
      <div class="auth-card">
        <Logo />
        <p class="auth-tagline">{words.tagline}</p>
        <h1>{isNew ? words.signUpTitle : words.logInTitle}</h1>
        {ended && <p class="notice">{words.sessionEnded}</p>}
        <AuthForm key={String(isNew)} isNew={isNew} />
        <p class="auth-switch">
          {isNew ? words.toLogIn : words.toSignUp}{' '}
          <button type="button" class="link-button" onClick={() => setNew(!isNew)}>
            {isNew ? words.logIn : words.signUp}
          </button>
        </p>
      </div>
      <LanguageChoice />
    </main>
  );
}

function AuthForm({ isNew }: { readonly isNew: boolean }) {
  const [isShown, setShown] = useState(false);
  const words = t.value;
  const { run, isPending, problem } = useAction((user: string, password: string) =>
    isNew ? chat().register({ user, password }) : chat().login({ user, password }),
  );
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    run(String(fields.get('user')).trim(), String(fields.get('password')));
  };
  return (
    <form onSubmit={submit}>
      <Field
        {...{ label: words.user, name: 'user', autocomplete: 'username', autocapitalize: 'none', spellcheck: false }}
        {...(isNew && { hint: words.userHint })}
        required
        maxLength={64}
      />
      <Field
        {...{ label: words.password, name: 'password', type: isShown ? undefined : 'password' }}
        {...(isNew && { hint: words.passwordHint, minLength: 8 })}
        autocomplete={isNew ? 'new-password' : 'current-password'}
        required
      />
      <label class="check">
        <input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} />
        {words.showPassword}
      </label>
      <Problem text={problem ?? unreachable(isPending)} />
      <button type="submit" class="button is-primary is-wide" disabled={isPending}>
        {isPending ? words.loggingIn : isNew ? words.signUp : words.logIn}
      </button>
    </form>
  );
}

/** The client keeps trying; whoever waits for it should know. */
function unreachable(isPending: boolean): string | undefined {
  return isPending && connection.value.state === 'disconnected' ? problemOf('no_reply') : undefined;
}
