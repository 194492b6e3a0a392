"""Writes ../training/rl-step.json: two updates of GRPO on one batch by torch's autograd and AdamW, on the Llama of
test/training/small-llama.ts with LoRA over every projection, all weights by formula.

usage: python rl_step.py > ../training/rl-step.json
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


RANK, SCALE = 4, 2.0
settings = dict(
    temperature=0.7, clip=0.2, clip_high=0.3, entropy=0.01, kl=0.05, learning_rate=0.002, gradient_clip=0.5,
    weight_decay=0.1, epsilon=1e-3, betas=[0.9, 0.99], epochs=2,
)
for p in model.parameters():
    p.requires_grad_(False)
linear = {name: m for name, m in model.named_modules() if isinstance(m, torch.nn.Linear) and name != "lm_head"}
names = sorted(f"{name}.{part}" for name in linear for part in ("lora_a", "lora_b"))
adapters = {}
for index, name in enumerate(names):
    module = linear[name.rsplit(".", 1)[0]]
    shape = (module.in_features, RANK) if name.endswith("lora_a") else (RANK, module.out_features)
    adapters[name] = (weight(100 + index, shape) * 0.3).requires_grad_()
attached = True


def adapt(name, module):
    def hook(_, inputs, output):
        if not attached:
            return output
        return output + SCALE * inputs[0] @ adapters[f"{name}.lora_a"] @ adapters[f"{name}.lora_b"]
    module.register_forward_hook(hook)


for name, module in linear.items():
    adapt(name, module)

# Two prompts of three and two responses, and one response alone, which is dropped.
batch = [
    dict(prompt=[5, 9, 33], response=[12, 80, 2], reward=1.0, group="a"),
    dict(prompt=[5, 9, 33], response=[13, 4], reward=0.0, group="a"),
    dict(prompt=[7, 8, 40, 41], response=[60, 61, 62, 3, 4], reward=-0.5, group="b"),
    dict(prompt=[5, 9, 33], response=[70], reward=-0.5, group="a"),
    dict(prompt=[7, 8, 40, 41], response=[90, 91], reward=1.0, group="b"),
    dict(prompt=[1, 2], response=[3, 4, 5], reward=1.0, group="c"),
]
groups = {}
for one in batch:
    groups.setdefault(one["group"], []).append(one["reward"])
learnt = [one for one in batch if len(set(groups[one["group"]])) > 1]
advantages = torch.cat([
    torch.full((len(one["response"]),), one["reward"] - sum(groups[one["group"]]) / len(groups[one["group"]]))
    for one in learnt
])


def tokens():
    """log pi and entropy of every response token, one text at a time."""
    chosen, entropy = [], []
    for one in learnt:
        ids = torch.tensor([one["prompt"] + one["response"]])
        logits = model(input_ids=ids).logits[0, len(one["prompt"]) - 1 : -1] / settings["temperature"]
        log_p = torch.log_softmax(logits, -1)
        chosen.append(log_p.gather(-1, torch.tensor(one["response"])[:, None])[:, 0])
        entropy.append(-(log_p.exp() * log_p).sum(-1))
    return torch.cat(chosen), torch.cat(entropy)


with torch.no_grad():
    behaviour, _ = tokens()
    attached = False
    reference, _ = tokens()
    attached = True
optimizer = torch.optim.AdamW(
    adapters.values(), lr=settings["learning_rate"], betas=tuple(settings["betas"]), eps=settings["epsilon"],
    weight_decay=settings["weight_decay"],
)
figures = []
for _ in range(settings["epochs"]):
    optimizer.zero_grad()
    log_p, entropy = tokens()
    ratio = (log_p - behaviour).exp()
    one, two = ratio * advantages, ratio.clamp(1 - settings["clip"], 1 + settings["clip_high"]) * advantages
    policy_loss = -torch.min(one, two).mean()
    kl = ((reference - log_p).exp() - 1 - (reference - log_p)).mean()
    loss = policy_loss - settings["entropy"] * entropy.mean() + settings["kl"] * kl
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(adapters.values(), settings["gradient_clip"])
    optimizer.step()
    figures.append(dict(
        loss=loss.item(), policy_loss=policy_loss.item(), entropy=entropy.mean().item(), kl=kl.item(),
        ratio_clipped=(two < one).float().mean().item(), gradient_norm=norm.item(),
    ))
means = {name: sum(f[name] for f in figures) / len(figures) for name in figures[0]}
after = {name: dict(first=a.detach().flatten()[:6].tolist(), norm=a.detach().norm().item()) for name, a in adapters.items()}
print(json.dumps(dict(settings=settings, batch=batch, metrics=means, steps=figures, after=after), indent=1))
