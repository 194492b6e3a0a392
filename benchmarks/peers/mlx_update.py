"""LoRA updates by mlx-lm's own training loop: one batch an iteration, the first not counted."""

import types

import mlx.core as mx
import mlx.optimizers as optimizers
from common import read_work, report
from mlx_lm import load
from mlx_lm.tuner.trainer import TrainingArgs, TrainingCallback, train
from mlx_lm.tuner.utils import linear_to_lora_layers

work = read_work()
model, _ = load(work["model"])
model.freeze()
settings = dict(rank=16, scale=2.0, dropout=0.0, keys=work["keys"])
linear_to_lora_layers(model, len(model.layers), settings)
rows = mx.array(work["rows"])
lengths = mx.array([[1, len(row)] for row in work["rows"]])
rates = []


class Rates(TrainingCallback):
    def on_train_loss_report(self, info: dict) -> None:
        rates.append(info["tokens_per_second"])


def batches(**_):
    while True:
        yield rows, lengths


arguments = TrainingArgs(
    batch_size=len(rows), iters=work["runs"] + 1, steps_per_report=1, steps_per_eval=10**9, steps_per_save=10**9,
    max_seq_length=rows.shape[1], adapter_file=work["scratch"] + "/adapters.safetensors",
)
train(
    model, optimizers.AdamW(learning_rate=1e-5), types.SimpleNamespace(), args=arguments, iterate_batches=batches,
    training_callback=Rates(),
)
tokens = sum(len(row) for row in work["rows"])
report(tokens, tokens / max(rates[1:]))
