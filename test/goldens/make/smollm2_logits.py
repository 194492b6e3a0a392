"""Writes smollm2-logits.json: logits and greedy tokens of mlx-lm on the GGUF file's weights, dequantized to float32.

usage: python smollm2_logits.py MODEL.gguf > ../smollm2-logits.json
       (pip install mlx-lm==0.32.0 mlx==0.32.4 mlx-cpu==0.32.4; made with smollm2-tokens.json beside)
"""

import json
import pathlib
import sys

import mlx.core as mx
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.models.llama import Model, ModelArgs

NEW_TOKENS = 64
TOP = 16

mx.set_default_device(mx.cpu)
arrays, meta = mx.load(sys.argv[1], return_metadata=True)
number = lambda key: meta["llama." + key].item()
args = ModelArgs(
    model_type="llama",
    hidden_size=number("embedding_length"),
    num_hidden_layers=number("block_count"),
    intermediate_size=number("feed_forward_length"),
    num_attention_heads=number("attention.head_count"),
    num_key_value_heads=number("attention.head_count_kv"),
    rms_norm_eps=number("attention.layer_norm_rms_epsilon"),
    vocab_size=len(meta["tokenizer.ggml.tokens"]),
    rope_theta=number("rope.freq_base"),
    max_position_embeddings=number("context_length"),
    tie_word_embeddings=True,
)
NAMES = [
    ("token_embd", "model.embed_tokens"), ("output_norm", "model.norm"), ("blk.", "model.layers."),
    ("attn_norm", "input_layernorm"), ("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"), ("attn_output", "self_attn.o_proj"), ("ffn_norm", "post_attention_layernorm"),
    ("ffn_gate", "mlp.gate_proj"), ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"),
]


def dense(name):
    w = arrays[name]
    stem = name.removesuffix(".weight")
    if stem + ".scales" not in arrays:
        return w.astype(mx.float32)
    scales, biases = (arrays[stem + part].astype(mx.float32) for part in (".scales", ".biases"))
    bits = w.shape[1] // scales.shape[1]
    return mx.dequantize(w, scales, biases, group_size=32, bits=bits)


weights = []
for name in arrays:
    if not name.endswith(".weight"):
        continue
    w = dense(name)
    for heads, part in ((args.num_attention_heads, "attn_q."), (args.num_key_value_heads, "attn_k.")):
        if part in name:
            w = w.reshape(heads, -1, 2, w.shape[-1]).swapaxes(1, 2).reshape(w.shape)
    for old, new in NAMES:
        name = name.replace(old, new)
    weights.append((name, w))
model = Model(args)
model.load_weights(weights)
mx.eval(model.parameters())

tokens = json.loads((pathlib.Path(__file__).parent.parent / "smollm2-tokens.json").read_text())
ids_of = {entry["text"]: entry["ids"] for entry in tokens["plain"]}
prompts = {
    "chat factorial": tokens["chats"][0]["ids"],
    "chat with system": tokens["chats"][1]["ids"],
    "raw code": ids_of["def f(x):\n    return x ** 2  # squares 1234567890\n"],
    "raw literal": ids_of["[1, 2, {'a': (None, True)}, \"s\\n\"]"],
    "raw unicode": ids_of["naïve café — “quotes” … 日本語 한국어 русский العربية"],
}


def facts(row):
    order = mx.argsort(-row)[:TOP]
    return {
        "ids": order.tolist(),
        "logits": [round(x, 5) for x in row[order].tolist()],
        "mean": round(row.mean().item(), 5),
        "deviation": round(mx.sqrt(row.var()).item(), 5),
        "logSumExp": round(mx.logsumexp(row).item(), 5),
    }


out = []
for name, ids in prompts.items():
    logits = model(mx.array([ids]))[0]
    places = sorted({0, len(ids) // 2, len(ids) - 1})
    cache = make_prompt_cache(model)
    last = model(mx.array([ids]), cache=cache)[0, -1]
    greedy, margins = [], []
    for _ in range(NEW_TOKENS):
        best = mx.sort(last)[-2:]
        token = mx.argmax(last).item()
        greedy.append(token)
        margins.append((best[1] - best[0]).item())
        last = model(mx.array([[token]]), cache=cache)[0, -1]
    out.append({
        "name": name,
        "prompt": ids,
        "positions": [{"position": p, **facts(logits[p])} for p in places],
        "greedy": greedy,
        "smallestMargin": round(min(margins), 5),
    })
json.dump(out, sys.stdout)
print()
