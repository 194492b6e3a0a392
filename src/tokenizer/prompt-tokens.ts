import type { Component } from "./tokenizer-file.ts";

/**
 * Ids that the model expects before a text of its own (Llama 3's begin_of_text), by the `post_processor` of a
 * `tokenizer.json`. What it would put after the text is left out: a prompt is there to be continued.
 */
export function promptTokens(processor: Component | null): number[] {
  if (processor === null) return [];
  switch (processor.type) {
    case "Sequence":
      return (processor.processors as Component[]).flatMap(promptTokens);
    case "TemplateProcessing":
      return templateTokens(processor);
    case "RobertaProcessing":
    case "BertProcessing":
      return [(processor.cls as [string, number])[1]];
    default:
      return [];
  }
}

function templateTokens(processor: Component): number[] {
  const known = processor.special_tokens as Record<string, { ids: number[] }>;
  const ids: number[] = [];
  for (const item of processor.single as { SpecialToken?: { id: string }; Sequence?: object }[]) {
    if (item.SpecialToken === undefined) break;
    ids.push(...(known[item.SpecialToken.id]?.ids ?? []));
  }
  return ids;
}
