// What form-js says about a wrong answer, in the page's language and in the server's own sentences.
export type Messages = Record<string, string>;

interface FieldInstance { id: string }
interface Validator { validateFieldInstance(instance: FieldInstance, value: unknown): string[] }
interface Registry { get(id: string): { label?: string; dateLabel?: string; validate?: { patternErrorMessage?: string } } | undefined }

// form-js 1.23's fixed English sentences, the server's code for each, and what each one limits.
const SENTENCES: [RegExp, string][] = [
  [/^Field is required\.$/, "required"],
  [/^Field must match pattern /, "pattern"],
  [/^Field must have minimum value of (.*)\.$/, "minimum"],
  [/^Field must have maximum value of (.*)\.$/, "maximum"],
  [/^Field must have minimum length of (.*)\.$/, "too_short"],
  [/^Field must have maximum length of (.*)\.$/, "too_long"],
  [/^Field must be a valid {1,2}international phone number/, "phone"],
  [/^Field must be a valid email\.$/, "email"],
  [/^Value is not a number\.$/, "number"],
  [/^Value is expected to be an integer\.$/, "whole"],
  [/^Value is expected to have at most (\d+) decimal/, "decimals"],
  [/^Please select a valid value, the two nearest valid values are /, "option"],
];

/** A module that rewrites what form-js's validator says. */
export function TellingModule(messages: Messages): object {
  class Telling {
    static $inject = ["validator", "formFieldRegistry"];
    constructor(validator: Validator, registry: Registry) {
      const ask = validator.validateFieldInstance.bind(validator);
      validator.validateFieldInstance = (instance, value) => {
        const field = registry.get(instance.id);
        return ask(instance, value).map((said) => tell(said, field?.label ?? field?.dateLabel ?? ""));
      };
    }
  }
  function tell(said: string, label: string): string {
    for (const [pattern, code] of SENTENCES) {
      const found = pattern.exec(said);
      const sentence = found && messages[code];
      if (sentence) return sentence.replace("{label}", label).replace("{limit}", found[1] ?? "");
    }
    return said; // the form's own message
  }
  return { __init__: ["redressTelling"], redressTelling: ["type", Telling] };
}
