"""Loads models with mlx-lm and writes their logits, computed in float32, as raw float32 [T, V].

usage: python mlx_lm_logits.py JOBS.json
       (a list of {"model", "adapter" or null, "make_adapter", "tokens", "text", "output"}; prints the ids of the
       text and of a chat for each; make_adapter writes a random adapter of mlx-lm's own there first)
"""

import json
import pathlib
import sys

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_lm import load
from mlx_lm.tuner.utils import linear_to_lora_layers


def make_adapter(directory, model):
    """As mlx_lm.lora saves one: queries and values of the last 4 layers, but with B not 0."""
    config = {"fine_tune_type": "lora", "num_layers": 4, "lora_parameters": {
        "rank": 8, "dropout": 0.0, "scale": 20.0, "keys": ["self_attn.q_proj", "self_attn.v_proj"]}}
    linear_to_lora_layers(model, config["num_layers"], config["lora_parameters"])
    mx.random.seed(7)
    weights = {
        name: mx.random.normal(array.shape) * 0.02
        for name, array in tree_flatten(model.parameters())
        if name.endswith(("lora_a", "lora_b"))
    }
    path = pathlib.Path(directory)
    path.mkdir()
    mx.save_safetensors(str(path / "adapters.safetensors"), weights)
    (path / "adapter_config.json").write_text(json.dumps(config))

mx.set_default_device(mx.cpu)
printed = []
for job in json.load(open(sys.argv[1])):
    if job["make_adapter"]:
        make_adapter(job["adapter"], load(job["model"])[0])
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
