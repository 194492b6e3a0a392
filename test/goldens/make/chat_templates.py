"""Writes tokenizer/chats.json: conversations rendered by transformers, and their token ids by the Python `tokenizers`.

usage: python chat_templates.py MODEL.gguf VOCABULARIES
  MODEL.gguf: SmolLM2; VOCABULARIES: folder with tokenizer-qwen3/models and tokenizer-llama3_1/models
pip install transformers==5.23.0 tokenizers==0.23.3 jinja2==3.1.6 gguf==0.19.0
"""

import datetime
import json
import sys
from pathlib import Path

import gguf
import jinja2
import tokenizers
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers.utils import chat_template_utils

HERE = Path(__file__).parent.parent / "tokenizer"
NOW = datetime.datetime(2024, 7, 6, 15, 4, 9)


class FixedDate(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = FixedDate

turn = lambda role, content: {"role": role, "content": content}
CONVERSATIONS = [
    [turn("user", "Write a function that returns the factorial of a number.")],
    [turn("system", "Be brief."), turn("user", "2+2?")],
    [turn("system", " spaced \n"), turn("user", "\t# One\n\n"), turn("assistant", "  two\n"), turn("user", "three ")],
    [turn("user", "hi"), turn("assistant", "<think>\nhm, 12\n</think>\n\nhello"), turn("user", "bye")],
    [turn("user", "hi"), turn("assistant", "STOP"), turn("user", "go"), turn("assistant", "<think>x</think>y")],
    [turn("user", "naïve 日本語 👩‍👩‍👧 e\u0301 {{ 7 * 7 }} {% raw %} 'q' \"r\" \\n")],
    [turn("user", "one"), turn("user", "two")],
    [turn("user", "")],
    [turn("user", "a"), turn("system", "late"), turn("assistant", "b")],
]


def smollm2(path):
    fields = gguf.GGUFReader(path).fields
    read = lambda key: fields["tokenizer." + key].contents()
    tokens = read("ggml.tokens")
    merges = [tuple(merge.split(" ", 1)) for merge in read("ggml.merges")]
    result = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    result.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    result.add_special_tokens([AddedToken(tokens[i], normalized=False) for i, kind in enumerate(read("ggml.token_type")) if kind == 3])
    named = {f"{name}_token": tokens[read(f"ggml.{key}_token_id")]
             for name, key in [("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding")]
             if f"tokenizer.ggml.{key}_token_id" in fields}
    return result, read("chat_template"), named


def directory(path):
    config = json.loads((path / "tokenizer_config.json").read_text())
    named = {key: config[key] for key in ["bos_token", "eos_token", "unk_token", "pad_token"] if isinstance(config.get(key), str)}
    return Tokenizer.from_file(str(path / "tokenizer.json")), config["chat_template"], named


def rendered(template, named, tokenizer):
    for messages in CONVERSATIONS:
        try:
            texts, _ = chat_template_utils.render_jinja_template(
                conversations=[messages], chat_template=template, add_generation_prompt=True, **named)
            ids = {"ids": tokenizer.encode(texts[0], add_special_tokens=False).ids} if tokenizer else {}
            yield {"messages": messages, "text": texts[0], **ids}
        except jinja2.exceptions.TemplateError as error:
            yield {"messages": messages, "error": str(error)}


def main():
    named = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}
    vocabularies = Path(sys.argv[2])
    sources = {path.stem: (None, path.read_text(), named) for path in sorted((HERE / "templates").glob("*.jinja"))}
    sources["smollm2"] = smollm2(sys.argv[1])
    for name in ["qwen3", "llama3_1"]:
        sources[name] = directory(vocabularies / f"tokenizer-{name}" / "models")
    (HERE / "chats.json").write_text(json.dumps({
        "made_by": f"transformers {transformers.__version__}, jinja2 {jinja2.__version__}, tokenizers {tokenizers.__version__}",
        "now": NOW.isoformat(),
        "templates": {name: {"named": named, "cases": list(rendered(template, named, tokenizer))}
                      for name, (tokenizer, template, named) in sources.items()},
    }, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
