"""Writes ../training/sft.json: loss and gradient norm of transformers on the Llama of test/training/small-llama.ts with weights by formula.

usage: python sft_loss.py > ../training/sft.json
       (made with transformers 5.23.0, torch 2.13.0+cpu)
"""

import json

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

V, D, F, LAYERS, HEADS, KV, d = 97, 64, 128, 2, 4, 2, 16
config = LlamaConfig(
    vocab_size=V, hidden_size=D, intermediate_size=F, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
    num_key_value_heads=KV, head_dim=d, max_position_embeddings=128, rms_norm_eps=1e-5,
    rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, tie_word_embeddings=True,
)
shapes = [("model.embed_tokens.weight", (V, D)), ("model.norm.weight", (D,))]
for i in range(LAYERS):
    for name, shape in [
        ("self_attn.q_proj", (HEADS * d, D)), ("self_attn.k_proj", (KV * d, D)), ("self_attn.v_proj", (KV * d, D)),
        ("self_attn.o_proj", (D, HEADS * d)), ("mlp.gate_proj", (F, D)), ("mlp.up_proj", (F, D)),
        ("mlp.down_proj", (D, F)), ("input_layernorm", (D,)), ("post_attention_layernorm", (D,)),
    ]:
        shapes.append((f"model.layers.{i}.{name}.weight", shape))


def weight(seed, shape):
    if len(shape) == 1:
        return torch.ones(shape)
    k = np.arange(np.prod(shape), dtype=np.float64)
    x = np.sin(k * 12.9898 + seed * 78.233) * 43758.5453
    values = (x - np.floor(x) - 0.5) * np.sqrt(3 / shape[1])
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


model = LlamaForCausalLM(config).float()
state = {name: weight(seed, shape) for seed, (name, shape) in enumerate(shapes)}
missing, unexpected = model.load_state_dict(state, strict=False)
assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)

# Rows of different lengths: a completion, two covered parts, two rows with the same prompt, a text.
rows = [
    dict(tokens=[5, 9, 33, 12, 80, 2], covered=[0, 0, 0, 1, 1, 1]),
    dict(tokens=[7, 8, 40, 41, 60, 61, 62, 3, 4], covered=[0, 0, 1, 1, 0, 0, 0, 1, 1]),
    dict(tokens=[11, 12, 13, 14, 15], covered=[0, 0, 0, 1, 1]),
    dict(tokens=[11, 12, 13, 20, 21, 22, 23], covered=[0, 0, 0, 1, 1, 1, 1]),
    dict(tokens=[90, 91, 92, 93], covered=[0, 1, 1, 1]),
]
length = max(len(row["tokens"]) for row in rows)
ids = torch.tensor([row["tokens"] + [0] * (length - len(row["tokens"])) for row in rows])
mask = torch.tensor([[1] * len(row["tokens"]) + [0] * (length - len(row["tokens"])) for row in rows])
labels = torch.tensor(
    [[t if c else -100 for t, c in zip(row["tokens"], row["covered"])] + [-100] * (length - len(row["tokens"])) for row in rows]
)
loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
loss.backward()
norm = torch.sqrt(sum((p.grad**2).sum() for p in model.parameters() if p.grad is not None))
print(json.dumps(dict(rows=rows, loss=loss.item(), gradient_norm=norm.item()), indent=2))
