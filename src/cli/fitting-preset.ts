import { loadConfig, readPreset } from "../config/load.ts";
import { presetNames } from "../config/preset.ts";
import type { Config } from "../config/schema.ts";
import { valueAt } from "../config/setting-value.ts";
import { AzrError } from "../errors/index.ts";
import { parseRepository } from "../hub/repository.ts";
import { isAtHand, type ModelInfo, modelInfo } from "../models/info.ts";
import { ownPromptStyle } from "../models/prompt-style.ts";
import type { FittingPreset } from "../tui/services.ts";
import { knownModels } from "./known-models.ts";

interface Candidate {
  preset: string;
  config: Config;
  /** Whether the preset names its model, and does not only leave it at the default. */
  names: boolean;
}

/** A preset is no guide to models that are this many times smaller or larger than its own. */
const MOST_APART = 8;

/**
 * The preset that a new run of a model best starts from: the one that names it; else, of a model whose azr.json names
 * its prompts, one with those; else the one whose own model is nearest in parameters. Asks no network.
 */
export async function fittingPreset(source: string): Promise<FittingPreset> {
  const presets = presetNames().map(candidate);
  const own = presets.find(({ names, config }) => names && sameModel(config.model.source, source));
  if (own) return { preset: own.preset, why: `${own.preset} is the preset made for ${source}.` };
  try {
    const info = await infoAtHand(source);
    const style = info?.path ? ownPromptStyle(info.path) : null;
    if (style !== null) {
      const alike = presets.find(({ config }) => config.selfplay.prompt === style);
      const asked = `the prompts "${style}", which the model's azr.json asks for`;
      return alike
        ? { preset: alike.preset, why: `${alike.preset} has ${asked}.` }
        : none(`No preset has ${asked}.`);
    }
    return nearest(presets, info?.parameters ?? parametersInName(source));
  } catch (error) {
    if (!(error instanceof AzrError)) throw error;
    return none(`No preset is known to fit: ${error.message}`);
  }
}

function candidate(preset: string): Candidate {
  const names = valueAt(readPreset(preset).value, "model.source") !== undefined;
  return { preset, config: loadConfig({ preset }), names };
}

const none = (why: string): FittingPreset => ({ preset: null, why });

/** Of a model that is here, whole. */
async function infoAtHand(source: string): Promise<ModelInfo | null> {
  const named = knownModels().find(({ name }) => name === source.toLowerCase());
  return (named ? named.path !== null : isAtHand(source)) ? await modelInfo(source) : null;
}

/** Prompts in words suit any model that was not trained on others. */
function nearest(presets: readonly Candidate[], parameters: number | null): FittingPreset {
  if (parameters === null)
    return none("No preset is known to fit: the model's size is unknown until it is here.");
  const sized = presets.flatMap((one) => {
    const { selfplay, model } = one.config;
    const size = parametersInName(model.source);
    const general = one.names && selfplay.prompt !== "tagged" && !selfplay.tasks.includes("mathematics");
    return general && size !== null ? [{ ...one, size, apart: Math.abs(Math.log(size / parameters)) }] : [];
  });
  const [best] = sized.sort((a, b) => a.apart - b.apart);
  if (!best || best.apart > Math.log(MOST_APART)) {
    return none(`No preset is made for models of ${short(parameters)} parameters.`);
  }
  const { preset, size } = best;
  return {
    preset,
    why: `${preset} is made for models of ${short(size)} parameters, the nearest to this one's ${short(parameters)}.`,
  };
}

/** At whatever revision. */
function sameModel(one: string, other: string): boolean {
  const plain = (source: string) => (parseRepository(source)?.name ?? source).toLowerCase();
  return plain(one) === plain(other);
}

/** Parameters as a model's name tells them: `Qwen3-0.6B`, `smollm2-135m`; null where it does not. */
function parametersInName(source: string): number | null {
  const [, count, unit] = /(?:^|[-_/])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])/i.exec(source) ?? [];
  return count === undefined ? null : Number(count) * (unit?.toLowerCase() === "b" ? 1e9 : 1e6);
}

const short = (parameters: number): string =>
  parameters >= 1e9
    ? `${Number((parameters / 1e9).toPrecision(2))}B`
    : `${Number((parameters / 1e6).toPrecision(3))}M`;
