import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

type InputWord =
  | "required"
  | "pattern"
  | "minLength"
  | "maxLength"
  | "min"
  | "max"
  | "step"
  | "inputMode"
  | "autoCapitalize"
  | "spellcheck";

export interface TextFieldProps extends Pick<InputHTMLAttributes<HTMLInputElement>, InputWord> {
  readonly type?: "text" | "number" | "datetime-local";
  readonly label: string;
  readonly hint?: string | undefined;
  /** True for a sentence; it takes the whole width. */
  readonly isLong?: boolean;
  /** The id of a datalist with proposals. */
  readonly list?: string;
  /** Why what is filled in cannot be meant; the browser shows it when the form is sent. */
  readonly complaint?: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** One line to fill in, with its name above and a hint below. */
export function TextField({
  type = "text",
  label,
  hint,
  isLong = false,
  complaint = "",
  value,
  onValue,
  ...input
}: TextFieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.setCustomValidity(complaint), [complaint]);
  return (
    <div class={isLong ? "field long" : "field"}>
      <label for={id}>{label}</label>
      <input
        type={type}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        {...input}
        id={id}
        ref={field}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
      {hint !== undefined && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
    </div>
  );
}

export interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onValue: (value: Value) => void;
}

/** One of a few. */
export function ChoiceField<Value extends string>({ label, value, choices, onValue }: ChoiceFieldProps<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = choices.find((choice) => choice.value === currentTarget.value);
          if (chosen !== undefined) onValue(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

export interface RadioChoice<Value extends string> {
  readonly value: Value;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
}

export interface RadioFieldProps<Value extends string> {
  readonly legend: string;
  readonly class?: string;
  readonly value: Value | null;
  readonly choices: readonly RadioChoice<Value>[];
  readonly isRequired?: boolean;
  readonly onValue: (value: Value) => void;
}

/** One of several that need a word of explanation each. */
export function RadioField<Value extends string>(props: RadioFieldProps<Value>) {
  const { legend, value, choices, onValue, isRequired = false } = props;
  const name = useId();
  return (
    <fieldset class={props.class ?? "radios"}>
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class="radio">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={value === choice.value}
            required={isRequired}
            onChange={() => onValue(choice.value)}
          />
          <span>
            <b>{choice.label}</b>
            {choice.hint !== undefined && <small>{choice.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export interface CheckFieldProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onValue: (isChecked: boolean) => void;
}

export function CheckField({ label, isChecked, onValue }: CheckFieldProps) {
  return (
    <label class="radio check">
      <input type="checkbox" checked={isChecked} onChange={({ currentTarget }) => onValue(currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
