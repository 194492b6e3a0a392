"""Writes smollm2-tokens.json: ids by the Python `tokenizers` library, and chats rendered by jinja2.

usage: python smollm2_tokens.py MODEL.gguf > ../smollm2-tokens.json    (pip install gguf tokenizers jinja2)
"""

import json
import sys

import gguf
import jinja2
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

TEXTS = [
    "Hello, world!",
    "def f(x):\n    return x ** 2  # squares 1234567890\n",
    "  two  spaces\t\ttabs\n\n\nlines \n ",
    "naïve café — “quotes” … 日本語 한국어 русский العربية",
    "emoji 👩‍👩‍👧 🇨🇭 e\u0301 \u200b zero",
    "it's we'll I'd they've DON'T",
    "3.14159e-10 0xFF 1,000,000 x1y22z333",
    "[1, 2, {'a': (None, True)}, \"s\\n\"]",
    "```python\nprint('hi')\n```",
    "a" * 50 + "    " * 8 + "!" * 20,
    "\r\nwindows\r\n",
    "",
    " ",
    "<|im_start|>user\nnot a control token<|im_end|><|endoftext|>",
]
CHATS = [
    [{"role": "user", "content": "Write a Python function that returns the factorial of a number."}],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"},
     {"role": "assistant", "content": "4"}, {"role": "user", "content": "And 3+3?"}],
]

fields = gguf.GGUFReader(sys.argv[1]).fields
read = lambda key: fields[key].contents()
tokens, types = read("tokenizer.ggml.tokens"), read("tokenizer.ggml.token_type")
merges = [tuple(m.split(" ", 1)) for m in read("tokenizer.ggml.merges")]


def build(special):
    t = Tokenizer(models.BPE(vocab={k: i for i, k in enumerate(tokens)}, merges=merges))
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    t.decoder = decoders.ByteLevel()
    if special:
        t.add_special_tokens([AddedToken(tokens[i], normalized=False) for i, k in enumerate(types) if k == 3])
    return t


plain, control = build(False), build(True)
environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
template = environment.from_string(read("tokenizer.chat_template"))
render = lambda chat: template.render(messages=chat, add_generation_prompt=True)
json.dump({
    "plain": [{"text": t, "ids": plain.encode(t).ids} for t in TEXTS],
    "special": [{"text": t, "ids": control.encode(t).ids} for t in TEXTS],
    "chats": [{"messages": c, "ids": control.encode(render(c)).ids} for c in CHATS],
}, sys.stdout, ensure_ascii=False)
print()
