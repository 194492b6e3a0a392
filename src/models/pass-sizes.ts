/** Prompt tokens of one pass: bounds its memory, and how long an abort waits. On a CPU larger ones are hardly faster. */
export const PREFILL_TOKENS = { cpu: 256, gpu: 2048 } as const;

/** Tokens of one pass in training: on a CPU, whose caches and freed memory smaller ones use again, larger are slower. */
export const TRAINING_TOKENS = { cpu: 512, gpu: 4096 } as const;
