"""Writes tokenizer/features.json: small tokenizers, one for each feature of tokenizer.json, with ids by the Python `tokenizers`.

usage: python tokenizer_features.py        pip install tokenizers==0.23.3
"""

import json
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer

OUT = Path(__file__).parent.parent / "tokenizer" / "features.json"

TEXTS = [
    "", " ", "hello world", " hello  the <a> hello", "hello<a>the<ab><abc>x", "a <left> b", "a<left>b\n<right> \t c<both>  d", "<right>\u0085\u00a0\u3000x",
    "word wordy swordé word.", "wordword _word word_ word\u0301 \u200dword", "cafe\u0301 caf\u00e9 \ufb01n \u212b", "<\ufb01> <fi> cafe\u0301<e\u0301>", "123 4567 \u0663\u0664 x\u00b2y \u2167",
    "the  the\t\tthe\n\nthe \r\n the", "it's WE'LL \ufeffthe\u0085\u0085the", "<s>hello</s> <s> the", "\u2581the \u2581\u2581 hello\u2581", "日本 \U0001f600 \u0001\u007f",
    "<unk><0x41>hello", "a-b--c---d", "-", "<|odd token|>x<|odd token|>", "  ", "hello " * 9 + "world",
]
IDS = [[0, 1, 2, 3], [30, 230, 231, 60, 229, 33], [229, 160, 131, 60, 200, 200, 255, 3], list(range(0, 330, 7)), list(range(329, 0, -11))]


def byte_level_names():
    """The printable names of bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    names = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return [names[byte] for byte in range(256)]


PAIRS = ["t h", "th e", "h e", "l l", "he ll", "hell o", "w o", "r d", "wo rd", "wo r", "l d", "wor ld", "a b", "ab c", "1 2", "12 3"]


def merged(alphabet, space, extra):
    pairs = [*PAIRS, *[f"{space} {word}" for word in ["the", "hello", "word", "wo"]], f"{space} {space}", "wor d", *extra]
    vocab = {}
    for token in [*alphabet, *[pair.replace(" ", "") for pair in pairs]]:
        vocab.setdefault(token, len(vocab))
    return {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": pairs}


BYTES = merged(byte_level_names(), "Ġ", ["Ã ©", "f i"])
# "thehello" can be had by ignoring merges alone.
BYTES["vocab"]["thehello"] = len(BYTES["vocab"])
PIECES = merged(["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256)], *"▁abcdefghijklmnopqrstuvwxyz'.-123é"], "▁", ["f i"])
PIECES |= {"unk_token": "<unk>", "byte_fallback": True, "fuse_unk": True}

LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
PLAIN_LEVEL = LEVEL | {"use_regex": False}
SPACES = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
PIECES_DECODER = {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
                                                   {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}


def token(id, content, **flags):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} | flags


CONTROL = [token(1, "<s>"), token(2, "</s>")]
# The library numbers added tokens on from the vocabulary, whatever the file says; "word" is in it already.
A = len(BYTES["vocab"])
FLAGS = [
    token(BYTES["vocab"]["word"], "word", single_word=True, special=False),
    token(A, "<a>"), token(A + 1, "<ab>", special=False), token(A + 2, "<abc>"), token(A + 3, "<left>", lstrip=True), token(A + 4, "<right>", rstrip=True),
    token(A + 5, "<both>", lstrip=True, rstrip=True, special=False),
    token(A + 6, "<fi>", normalized=True, special=False), token(A + 7, "<é>", normalized=True), token(A + 8, "<|odd token|>", special=False),
]


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def meta(scheme, cut):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": cut}


def template(*ids):
    return {"type": "TemplateProcessing",
            "single": [*[{"SpecialToken": {"id": name, "type_id": 0}} for name, _ in ids], {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {name: {"id": name, "ids": [id], "tokens": [name]} for name, id in ids}}


FEATURES = {
    "byte level": {},
    "added tokens": {"added_tokens": FLAGS},
    "added tokens in NFC text": {"added_tokens": FLAGS, "normalizer": {"type": "NFC"}},
    "added tokens in NFKC text": {"added_tokens": FLAGS, "normalizer": {"type": "NFKC"}},
    "NFD": {"normalizer": {"type": "NFD"}},
    "NFKD and Replace": {"normalizer": {"type": "Sequence", "normalizers": [
        {"type": "NFKD"}, {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}]}},
    "digits one by one": {"pre_tokenizer": sequence({"type": "Digits", "individual_digits": True}, LEVEL)},
    "digits in runs": {"pre_tokenizer": sequence({"type": "Digits", "individual_digits": False}, LEVEL)},
    "prefix space": {"pre_tokenizer": PLAIN_LEVEL | {"add_prefix_space": True}},
    "split by a string": {"pre_tokenizer": sequence(split({"String": "-"}), PLAIN_LEVEL)},
    "split removed": {"pre_tokenizer": sequence(split({"String": "-"}, "Removed"), split({"Regex": "[l\\d]+"}, "Removed"), PLAIN_LEVEL)},
    "split inverted": {"pre_tokenizer": sequence(split({"Regex": "\\w+"}, "Removed", True), PLAIN_LEVEL)},
    "split inverted and isolated": {"pre_tokenizer": sequence(split({"Regex": "\\w+"}, "Isolated", True), PLAIN_LEVEL)},
    "merges as pairs, ignored": {"model": {"merges": [pair.split(" ") for pair in BYTES["merges"]], "ignore_merges": True}, "pre_tokenizer": sequence(split({"Regex": "\\w+"}), PLAIN_LEVEL)},
    "start token": {"post_processor": {"type": "Sequence", "processors": [LEVEL, template(("<a>", A))]}, "added_tokens": FLAGS},
    "two start tokens": {"post_processor": template(("<a>", A), ("<abc>", A + 2)), "added_tokens": FLAGS},
    "pieces": {"base": "pieces"},
    "pieces with a start token": {"base": "pieces", "post_processor": template(("<s>", 1))},
    "pieces, crossing": {"base": "pieces", "model": {"vocab": PIECES["vocab"] | {"e▁": len(PIECES["vocab"])}, "merges": [*PIECES["merges"], "e ▁"]}},
    "pieces without bytes, fused": {"base": "pieces", "model": {"byte_fallback": False}},
    "pieces without bytes, single": {"base": "pieces", "model": {"byte_fallback": False, "fuse_unk": False}},
    **{f"metaspace {scheme}{', split' if cut else ''}": {
        "base": "pieces", "normalizer": None, "pre_tokenizer": meta(scheme, cut), "decoder": meta(scheme, cut)}
       for scheme in ["always", "first", "never"] for cut in [True, False]},
    "strip at the start": {"base": "pieces", "decoder": {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "h", "start": 2, "stop": 0}]}},
    "no decoder": {"decoder": None},
}
BASES = {
    "bytes": {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": LEVEL,
              "post_processor": None, "decoder": LEVEL, "model": BYTES},
    "pieces": {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [token(0, "<unk>"), *CONTROL], "normalizer": SPACES,
               "pre_tokenizer": None, "post_processor": None, "decoder": PIECES_DECODER, "model": PIECES},
}


def cases(file):
    tokenizer = Tokenizer.from_str(json.dumps(file))
    for text in TEXTS:
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        prompt = tokenizer.encode(text).ids
        tokenizer.encode_special_tokens = False
        special = tokenizer.encode(text, add_special_tokens=False).ids
        decoded, shown = tokenizer.decode(special, skip_special_tokens=False), tokenizer.decode(special, skip_special_tokens=True)
        # What is the same as its neighbour is left out.
        yield {"text": text, "plain": plain, **({"prompt": prompt} if prompt != plain else {}),
               **({"special": special} if special != plain else {}), **({"decoded": decoded} if decoded != text else {}),
               **({"shown": shown} if shown != decoded else {})}


def build(feature):
    base = BASES[feature.get("base", "bytes")]
    changes = {key: value for key, value in feature.items() if key not in ("base", "model")}
    return {**base, **changes, "model": {**base["model"], **feature.get("model", {})}}


features = [{"name": name, "base": "bytes", **feature, "cases": list(cases(build(feature))),
             "decodings": [{"ids": ids, "text": Tokenizer.from_str(json.dumps(build(feature))).decode(ids, skip_special_tokens=False)} for ids in IDS]}
            for name, feature in FEATURES.items()]
OUT.write_text(json.dumps({"made_by": f"tokenizers {tokenizers.__version__}", "bases": BASES, "features": features}, ensure_ascii=False, separators=(",", ":")) + "\n")
