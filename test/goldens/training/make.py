"""Makes adamw.json and policy-gradient.json with torch (made with 2.13.0, CPU, float32).

    python3 -m venv venv && venv/bin/pip install torch numpy && venv/bin/python make.py
"""
import json
from pathlib import Path

import torch

here = Path(__file__).parent
torch.manual_seed(0)


def numbers(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def adamw():
    """Six clipped steps with warm-up over 4 on two parameters."""
    options = dict(lr=0.02, betas=(0.9, 0.95), eps=1e-6, weight_decay=0.1)
    clip, warmup = 1.0, 4
    parameters = {"weight": torch.randn(3, 2), "bias": torch.randn(4)}
    initial = {name: numbers(p) for name, p in parameters.items()}
    for p in parameters.values():
        p.requires_grad_()
    optimizer = torch.optim.AdamW(parameters.values(), **options)
    steps = []
    for step in range(1, 7):
        # Every second gradient is small, so that clipping both bites and does not.
        scale = 1.0 if step % 2 else 0.1
        gradients = {name: torch.randn_like(p) * scale for name, p in parameters.items()}
        for name, p in parameters.items():
            p.grad = gradients[name].clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), clip)
        for group in optimizer.param_groups:
            group["lr"] = options["lr"] * min(1, step / warmup)
        optimizer.step()
        steps.append(
            {
                "gradients": {name: numbers(g) for name, g in gradients.items()},
                "norm": norm.item(),
                "parameters": {name: numbers(p) for name, p in parameters.items()},
            }
        )
    shapes = {name: list(p.shape) for name, p in parameters.items()}
    return dict(options=options, clip=clip, warmup=warmup, shapes=shapes, initial=initial, steps=steps)


def policy_gradient():
    """Equation 9 with entropy bonus on three sequences of 4, 1 and 3 tokens over a vocabulary of 5."""
    clip, coefficient, lengths = 0.2, 0.05, [4, 1, 3]
    advantages = torch.tensor([1.2, -0.7, 0.4])
    logits = torch.randn(sum(lengths), 5, requires_grad=True)
    targets = torch.randint(0, 5, (sum(lengths),))
    log_p = torch.log_softmax(logits, -1)
    chosen = log_p[torch.arange(sum(lengths)), targets]
    entropy = -(log_p.exp() * log_p).sum(-1)
    behaviour = chosen.detach() + torch.randn(sum(lengths)) * 0.3
    policy_loss, mean_entropy, clipped, start = 0.0, 0.0, 0.0, 0
    for length, advantage in zip(lengths, advantages):
        part = slice(start, start + length)
        ratio = (chosen[part] - behaviour[part]).exp()
        one, two = ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage
        policy_loss = policy_loss - torch.min(one, two).mean() / len(lengths)
        mean_entropy = mean_entropy + entropy[part].mean() / len(lengths)
        clipped += (two < one).float().mean().item() / len(lengths)
        start += length
    loss = policy_loss - coefficient * mean_entropy
    loss.backward()
    return dict(
        clip=clip, coefficient=coefficient, lengths=lengths, advantages=numbers(advantages),
        logits=numbers(logits), targets=targets.tolist(), behaviour=numbers(behaviour),
        loss=loss.item(), policy_loss=policy_loss.item(), entropy=mean_entropy.item(),
        ratio_clipped=clipped, gradient=numbers(logits.grad),
    )


for name, value in {"adamw": adamw(), "policy-gradient": policy_gradient()}.items():
    (here / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")
