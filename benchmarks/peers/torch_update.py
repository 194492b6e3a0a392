"""LoRA updates by torch and peft. `dense`: language modelling of whole rows. `rollouts`: a clipped policy gradient
with padded batches of 8 and the logits of every response position, as TRL's GRPO trainer computes them."""

import torch
from common import best, read_work, report
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

work = read_work()
torch.set_num_threads(work["threads"])
model = AutoModelForCausalLM.from_pretrained(work["model"], dtype=torch.float32)
model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules=work["targets"], task_type="CAUSAL_LM"))
model.train()
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-5)


def dense() -> None:
    rows = torch.tensor(work["rows"])
    model(input_ids=rows, labels=rows).loss.backward()
    finish()


def finish() -> None:
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()


def padded(rows, length, left):
    pads = [[0] * (length - len(row)) for row in rows]
    return torch.tensor([p + r if left else r + p for p, r in zip(pads, rows)])


def rollouts() -> None:
    every = work["rollouts"]
    for start in range(0, len(every), 8):
        part = every[start : start + 8]
        prompts, responses = [r["prompt"] for r in part], [r["response"] for r in part]
        longest = max(map(len, prompts)), max(map(len, responses))
        tokens = torch.cat([padded(prompts, longest[0], True), padded(responses, longest[1], False)], 1)
        lengths = torch.tensor([len(r) for r in responses])
        mask = torch.cat(
            [padded([[1] * len(p) for p in prompts], longest[0], True), padded([[1] * len(r) for r in responses], longest[1], False)], 1
        )
        logits = model(input_ids=tokens, attention_mask=mask, logits_to_keep=longest[1] + 1).logits[:, :-1]
        chosen = tokens[:, longest[0] :]
        log_probabilities = torch.stack(
            [torch.log_softmax(row, -1).gather(1, ids[:, None])[:, 0] for row, ids in zip(logits, chosen)]
        )
        ratio = torch.exp(log_probabilities - log_probabilities.detach())
        advantages = torch.tensor([r["advantage"] for r in part])[:, None]
        gain = torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages)
        inside = torch.arange(longest[1])[None] < lengths[:, None]
        loss = -((gain * inside).sum(1) / lengths).sum() / len(every)
        loss.backward()
    finish()


action = dense if work["work"] == "dense" else rollouts
action()
seconds = best(work["runs"], action)
tokens = (
    sum(map(len, work["rows"])) if work["work"] == "dense" else sum(len(r["prompt"]) + len(r["response"]) for r in work["rollouts"])
)
report(tokens, seconds)
