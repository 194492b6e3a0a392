"""Writes conformance/*.json: small models of every architecture as transformers computes them in float32 on the CPU.

Weights are no data: both sides compute them by `numbers` from the tensor's place in the list and an index.

    pip install torch==2.13.0 transformers==5.23.0 numpy
    python test/goldens/make/conformance.py
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM

OUT = Path(__file__).parent.parent / "conformance"
V = 61

DECODER = dict(
    vocab_size=V, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-5, hidden_act="silu",
    tie_word_embeddings=False,
)
LLAMA = dict(DECODER, model_type="llama", rope_theta=10000.0, torch_dtype="float32")
# So low an original context that some pairs turn slowly, some fast and some in between.
LLAMA3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
GPT2 = dict(
    model_type="gpt2", vocab_size=V, n_embd=32, n_layer=2, n_head=4, n_positions=64, n_inner=None,
    activation_function="gelu_new", layer_norm_epsilon=1e-5,
)
VARIANTS = {
    "llama": LLAMA,
    "llama3-older": dict(LLAMA, rope_scaling=dict(LLAMA3, rope_type="llama3")),
    "llama3-newer": dict(
        DECODER, model_type="llama", dtype="float32",
        rope_parameters=dict(LLAMA3, rope_type="llama3", rope_theta=500000.0),
    ),
    "llama-linear": dict(LLAMA, rope_scaling=dict(type="linear", factor=4.0)),
    "llama-biases": dict(LLAMA, attention_bias=True, mlp_bias=True, tie_word_embeddings=True),
    "mistral": dict(LLAMA, model_type="mistral", head_dim=16, num_key_value_heads=1, sliding_window=None),
    "qwen2-tied": dict(
        LLAMA, model_type="qwen2", tie_word_embeddings=True, rope_theta=1000000.0,
        use_sliding_window=False, sliding_window=32, max_window_layers=2,
    ),
    "qwen2-untied": dict(DECODER, model_type="qwen2", rope_parameters=dict(rope_type="default", rope_theta=1e6)),
    "qwen3": dict(
        DECODER, model_type="qwen3", head_dim=16, tie_word_embeddings=True, attention_bias=False,
        rope_parameters=dict(rope_type="default", rope_theta=1e6),
    ),
    "gpt2": GPT2,
    "gpt2-bare": dict(GPT2, n_inner=40),
}


def numbers(seed: int, count: int) -> np.ndarray:
    """Of -0.5 to 0.5, by a hash of the index: exact in any language."""
    x = np.arange(count, dtype=np.uint64) * 2654435761 + seed * 40503 + 1
    x &= 0xFFFFFFFF
    x ^= x >> 16
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> 13
    x = (x * 3266489917) & 0xFFFFFFFF
    x ^= x >> 16
    return x.astype(np.float64) / 2**32 - 0.5


def fill(name: str, seed: int, shape) -> np.ndarray:
    values = numbers(seed, int(np.prod(shape))).reshape(shape)
    is_norm = len(shape) == 1 and name.endswith("weight")
    return (1 + 0.4 * values if is_norm else 0.6 * values).astype(np.float32)


def golden(name: str, config: dict) -> dict:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "config.json").write_text(json.dumps(config))
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(directory), attn_implementation="eager")
    model = model.float().eval()
    tensors = []
    for seed, (parameter, value) in enumerate(model.named_parameters()):
        shape = list(value.shape)
        value.data = torch.from_numpy(fill(parameter, seed, shape))
        tensors.append([parameter.removeprefix("transformer.") if name == "gpt2-bare" else parameter, shape])
    tokens = torch.tensor([[(7 * r + 5 * t * t + 3) % V for t in range(10)] for r in range(2)])
    logits = model(tokens).logits
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, V), tokens[:, 1:].reshape(-1))
    loss.backward()
    norm = torch.sqrt(sum(p.grad.double().square().sum() for p in model.parameters()))
    data = base64.b64encode(logits.detach().numpy().astype("<f4").tobytes()).decode()
    return dict(config=config, tensors=tensors, tokens=tokens.tolist(), loss=loss.item(), gradientNorm=norm.item(), logits=data)


OUT.mkdir(exist_ok=True)
for name, config in VARIANTS.items():
    (OUT / f"{name}.json").write_text(json.dumps(golden(name, config), indent=1) + "\n")
    print(name, file=sys.stderr)
print(f"transformers {transformers.__version__}, torch {torch.__version__}", file=sys.stderr)
