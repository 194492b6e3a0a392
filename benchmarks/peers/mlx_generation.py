"""Generation by mlx-lm's BatchGenerator: greedy, no stop tokens, a warm-up token beforehand."""

from common import best, read_work, report
from mlx_lm import load
from mlx_lm.generate import BatchGenerator

work = read_work()
model, _ = load(work["model"])


def generate(tokens: int) -> None:
    generator = BatchGenerator(model, max_tokens=tokens)
    generator.insert(work["prompts"], [tokens] * len(work["prompts"]))
    while generator.next_generated():
        pass
    generator.close()


generate(1)
seconds = best(work["runs"], lambda: generate(work["newTokens"]))
report(len(work["prompts"]) * work["newTokens"], seconds)
