import { computed, effect, signal } from '@preact/signals';
import { type Dictionary, en } from '../i18n/en';
import { zh } from '../i18n/zh';

/** Each language in its own words: whoever cannot read the page must find theirs. */
export const LANGUAGES = { en: 'English', zh: '中文' } as const;
export type Language = keyof typeof LANGUAGES;

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, zh };

export const language = signal<Language>(rememberedLanguage() ?? browserLanguage());
export const theme = signal<Theme>(THEMES.find((name) => name === remembered('theme')) ?? 'system');

/** What the page says, in the language of the moment. */
export const t = computed(() => DICTIONARIES[language.value]);

/** For `Intl`. */
export const locale = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB'));

/** Keeps the document as the preferences are. Those that were chosen outlive the tab; all tabs of a browser share them. */
export function applyPreferences(): void {
  effect(() => {
    document.documentElement.lang = locale.value;
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember('language', chosen);
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  remember('theme', chosen);
}

function rememberedLanguage(): Language | undefined {
  const name = remembered('language');
  return name === 'en' || name === 'zh' ? name : undefined;
}

function browserLanguage(): Language {
  const known = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return known.find((tag): tag is Language => tag === 'zh' || tag === 'en') ?? 'en';
}

// A browser that forbids storage throws: then nothing is remembered, and everything else goes on.
function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`rollcall.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`rollcall.${name}`, value);
  } catch {
    // See above.
  }
}
