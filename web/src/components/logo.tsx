import { t } from '../state/preferences';

export function Logo() {
  return (
    <p class="logo">
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="9" />
        <path d="M9 17l5 5 9-11" />
      </svg>
      {t.value.appName}
    </p>
  );
}
