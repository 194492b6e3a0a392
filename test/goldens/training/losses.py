"""Makes losses.json with torch (made with 2.13.0, CPU, float64): losses of log-probabilities and their gradients.

    python3 -m venv venv && venv/bin/pip install torch numpy && venv/bin/python losses.py
"""
import json
import math
from pathlib import Path

import torch

lengths, sequences = [4, 1, 3], 3
advantages = torch.tensor([1.2, -0.7, 0.4], dtype=torch.float64).repeat_interleave(torch.tensor(lengths))
M = sum(lengths)
# Values by a formula: nothing depends on a generator.
wave = lambda scale, phase: torch.tensor([scale * math.sin(1.7 * i + phase) for i in range(M)], dtype=torch.float64)
current, behaviour, reference = -1.5 + wave(0.9, 0.3), -1.5 + wave(0.9, 0.5), -1.4 + wave(0.7, 1.1)
weights = {
    "sequence": torch.tensor([1 / (n * sequences) for n in lengths for _ in range(n)], dtype=torch.float64),
    "token": torch.full((M,), 1 / M, dtype=torch.float64),
}


def clipped(p, low, high):
    ratio = (p - behaviour).exp()
    return -torch.min(ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages)


def k3(p):
    """Schulman's estimator of KL(policy || reference), from samples of the policy."""
    log_ratio = reference - p
    return log_ratio.exp() - 1 - log_ratio


cases = {
    "clipped": lambda p: clipped(p, 0.1, 0.1),
    "clipped-high": lambda p: clipped(p, 0.1, 0.3),
    "reinforce": lambda p: -advantages * p,
    "clipped-kl": lambda p: clipped(p, 0.1, 0.3) + 0.05 * k3(p),
}
results = {}
for name, loss in cases.items():
    for mean, w in weights.items():
        p = current.clone().requires_grad_()
        value = (w * loss(p)).sum()
        value.backward()
        results[f"{name}/{mean}"] = dict(loss=value.item(), gradient=p.grad.tolist())
golden = dict(
    lengths=lengths, current=current.tolist(), behaviour=behaviour.tolist(), reference=reference.tolist(),
    advantages=advantages.tolist(), weights={name: w.tolist() for name, w in weights.items()}, results=results,
)
(Path(__file__).parent / "losses.json").write_text(json.dumps(golden, indent=1) + "\n")
