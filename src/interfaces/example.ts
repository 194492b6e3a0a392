/** One text of supervised fine-tuning: plain data. */
export interface Example {
  tokens: readonly number[];
  /** 1 where the loss covers the token, else 0, [tokens.length]. The first is 0: nothing predicts it. */
  covered: Uint8Array;
}
