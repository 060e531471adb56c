import { useId } from 'preact/hooks';
import {
  chooseLanguage,
  chooseTheme,
  LANGUAGES,
  type Language,
  language,
  THEMES,
  type Theme,
  t,
  theme,
} from '../state/preferences';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChoose: (value: Value) => void;
}

/** One of a few: all of them seen at once, and moved between by the arrow keys. */
function Choice<Value extends string>({ label, value, options, onChoose }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map(([option, words]) => (
          <label key={option}>
            <input type="radio" name={name} checked={option === value} onChange={() => onChoose(option)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function LanguageChoice() {
  const options = Object.entries(LANGUAGES) as [Language, string][];
  return <Choice label={t.value.language} value={language.value} options={options} onChoose={chooseLanguage} />;
}

export function ThemeChoice() {
  const words = { system: t.value.themeSystem, light: t.value.themeLight, dark: t.value.themeDark };
  const options = THEMES.map((name): [Theme, string] => [name, words[name]]);
  return <Choice label={t.value.theme} value={theme.value} options={options} onChoose={chooseTheme} />;
}
