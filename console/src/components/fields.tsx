import { useId } from "react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Input, Label, Text, TextField } from "react-aria-components/TextField";
import { SearchField } from "react-aria-components/SearchField";
import { Icon } from "./Icon";

interface TextInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  wrong?: string;
  type?: "text" | "password";
  name?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  isRequired?: boolean;
  maxLength?: number;
  placeholder?: string;
}

export function TextInput({ label, hint, wrong, placeholder, ...rest }: TextInputProps) {
  return (
    <TextField {...rest} className="field" isInvalid={wrong !== undefined} validationBehavior="aria">
      <Label>{label}</Label>
      <Input placeholder={placeholder} spellCheck={false} autoCapitalize="off" />
      {hint !== undefined && <Text slot="description">{hint}</Text>}
      {wrong !== undefined && <Text slot="errorMessage">{wrong}</Text>}
    </TextField>
  );
}

/** The browser's own list: it works best on a phone and with every reader. */
export function Choice({ label, value, onChange, options, hint, isHidden }: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly (readonly [value: string, text: string])[];
  hint?: ReactNode;
  /** The label is read, and not shown. */
  isHidden?: boolean;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={isHidden === true ? "visually-hidden" : undefined}>
        {label}
      </label>
      <select id={id} value={value} onChange={(e) => onChange(e.target.value)} aria-describedby={hint === undefined ? undefined : `${id}-hint`}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

export function Search({ label, value, onChange, onSubmit, clear, id }: { label: string; value: string; onChange: (value: string) => void; onSubmit?: (value: string) => void; clear: string; id?: string }) {
  return (
    <SearchField aria-label={label} value={value} onChange={onChange} onSubmit={onSubmit} className="search row" maxLength={64}>
      {({ isEmpty }) => (
        <>
          <Icon name="search" size={16} />
          <Input className="input grow" placeholder={label} id={id} spellCheck={false} autoComplete="off" enterKeyHint="search" />
          {!isEmpty && (
            <Button className="button icon plain small" aria-label={clear}>
              <Icon name="close" size={14} />
            </Button>
          )}
        </>
      )}
    </SearchField>
  );
}
