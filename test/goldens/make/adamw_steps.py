"""Writes ../training/adamw-steps.json: 50 clipped steps of torch.optim.AdamW with decay, warm-up and a cosine, all inputs by formula.

usage: python adamw_steps.py > ../training/adamw-steps.json
       (made with torch 2.13.0+cpu)
"""

import json
import math

import torch

STEPS, WARMUP, CLIP, PEAK, LEAST = 50, 5, 1.0, 0.03, 0.003
shapes = {"weight": (3, 4), "bias": (5,)}


def wave(shape, scale, step):
    values = [scale * math.sin(1.3 * k + 0.7 * step) for k in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def rate(step):
    if step < WARMUP:
        return PEAK * step / WARMUP
    gone = (step - WARMUP) / (STEPS - WARMUP + 1)
    return LEAST + (PEAK - LEAST) * (1 + math.cos(math.pi * gone)) / 2


parameters = {name: wave(shape, 1, 0).requires_grad_() for name, shape in shapes.items()}
optimizer = torch.optim.AdamW(parameters.values(), betas=(0.9, 0.95), eps=1e-6, weight_decay=0.1)
after = {}
for step in range(1, STEPS + 1):
    for name, p in parameters.items():
        # Every third gradient is small: clipping both bites and does not.
        p.grad = wave(p.shape, 0.1 if step % 3 else 2, step)
    torch.nn.utils.clip_grad_norm_(parameters.values(), CLIP)
    for group in optimizer.param_groups:
        group["lr"] = rate(step)
    optimizer.step()
    if step % 10 == 0:
        after[step] = {name: p.detach().flatten().tolist() for name, p in parameters.items()}
print(json.dumps(dict(steps=STEPS, warmup=WARMUP, clip=CLIP, peak=PEAK, least=LEAST, shapes=shapes, after=after), indent=1))
