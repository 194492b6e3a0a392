import type { Component } from "./tokenizer-file.ts";
import { unsupported } from "./unsupported.ts";

const GPT2_WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * A `pre_tokenizer` of a `tokenizer.json` in words that `@huggingface/tokenizers` carries out exactly as the
 * Python library does. The two differ in what they take for a digit (JavaScript's \d is ASCII alone) and for
 * white space, and the former takes no notice of some settings. Throws ModelLoadError for what neither knows.
 */
export function exactPreTokenizer(component: Component | null): Component | null {
  if (component === null) return null;
  const steps = flatten(component).flatMap(exactSteps);
  const bytes = steps.findIndex((step) => step.type === "ByteLevel");
  if (bytes >= 0 && bytes < steps.length - 1) throw unsupported("pre-tokenizer", "a step after ByteLevel");
  return { type: "Sequence", pretokenizers: steps };
}

function flatten(component: Component): Component[] {
  if (component.type !== "Sequence") return [component];
  return (component.pretokenizers as Component[]).flatMap(flatten);
}

function exactSteps(step: Component): Component[] {
  switch (step.type) {
    case "Digits":
      return [split(step.individual_digits ? "\\p{N}" : "\\p{N}+")];
    case "ByteLevel":
      // With a space put in front the words cannot be cut beforehand; models with that setting are few.
      return step.add_prefix_space || step.use_regex === false
        ? [step]
        : [split(GPT2_WORDS), { ...step, use_regex: false }];
    case "Split":
      return [exactSplit(step)];
    case "Metaspace":
      return metaspace(step);
    default:
      throw unsupported("pre-tokenizer", step.type, [
        "Sequence",
        "Split",
        "Digits",
        "ByteLevel",
        "Metaspace",
      ]);
  }
}

function exactSplit(step: Component): Component {
  const pattern = step.pattern as { Regex?: string; String?: string };
  const regex = pattern.Regex ?? RegExp.escape(pattern.String ?? "");
  if (step.behavior !== "Isolated" && step.behavior !== "Removed") {
    throw unsupported("pre-tokenizer", `Split with behavior ${String(step.behavior)}`, [
      "Isolated",
      "Removed",
    ]);
  }
  if (step.invert && step.behavior === "Isolated") return split(regex);
  return { ...step, pattern: { Regex: regex } };
}

function metaspace(step: Component): Component[] {
  const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? "never" : "always");
  const replacement = String(step.replacement ?? "▁");
  const cut = `${RegExp.escape(replacement)}[^${RegExp.escape(replacement)}]*`;
  const whole: Component = { type: "Metaspace", replacement, prepend_scheme: scheme };
  return step.split === false ? [whole] : [whole, split(cut)];
}

/** Every match and everything between matches is a piece. */
export function split(regex: string): Component {
  return { type: "Split", pattern: { Regex: regex }, behavior: "Isolated", invert: false };
}
