"""Loads models with mlx-lm and writes their logits, computed in float32, as raw float32 [T, V].

usage: python mlx_lm_logits.py JOBS.json
       (a list of {"model", "adapter" or null, "tokens", "output"}; prints the ids of a text and of a chat for each)
"""

import json
import sys

import mlx.core as mx
from mlx_lm import load

mx.set_default_device(mx.cpu)
printed = []
for job in json.load(open(sys.argv[1])):
    model, tokenizer = load(job["model"], adapter_path=job["adapter"])
    model.set_dtype(mx.float32)
    logits = model(mx.array([job["tokens"]]))[0]
    mx.eval(logits)
    with open(job["output"], "wb") as file:
        file.write(bytes(memoryview(logits)))
    chat = [{"role": "user", "content": job["text"]}]
    printed.append({
        "text": tokenizer.encode(job["text"], add_special_tokens=False),
        "chat": list(tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=False)),
    })
print(json.dumps(printed))
