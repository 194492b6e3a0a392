"""Writes tokenizer/NAME.json: token ids by the Python `tokenizers` library for every string of tokenizer/strings.json's formula.

usage: python tokenizer_ids.py NAME SOURCE
  SOURCE: a .gguf file (byte-level, pre-tokenizer smollm) or a directory with tokenizer.json
pip install tokenizers==0.23.3 gguf==0.19.0
"""

import hashlib
import json
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

HERE = Path(__file__).parent.parent / "tokenizer"
SHOWN = 12


def strings(formula):
    """The same in test/tokenizer/strings.ts: a 32-bit linear congruential generator picks fragments and code points."""
    fragments, ranges = formula["fragments"], formula["ranges"]
    for index in range(formula["count"]):
        state = index

        def draw(below):
            nonlocal state
            state = (state * 1664525 + 1013904223) % 2**32
            return (state >> 8) % below

        text = ""
        for _ in range(1 + draw(12)):
            if draw(4) > 0:
                fragment = fragments[draw(len(fragments))]
                text += fragment * (1 + (draw(20) if draw(16) == 0 else 0))
            else:
                low, high = ranges[draw(len(ranges))]
                for _ in range(1 + draw(6)):
                    text += chr(low + draw(high - low + 1))
        yield text


def from_gguf(path):
    import gguf

    fields = gguf.GGUFReader(path).fields
    read = lambda key: fields["tokenizer.ggml." + key].contents()
    assert read("pre") == "smollm"
    tokens = read("tokens")
    merges = [tuple(merge.split(" ", 1)) for merge in read("merges")]
    result = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    result.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    result.decoder = decoders.ByteLevel()
    result.add_special_tokens([AddedToken(tokens[i], normalized=False) for i, kind in enumerate(read("token_type")) if kind == 3])
    return result


def hashes(encoded, block):
    """One short hash for every `block` strings, so that a difference is found where it is."""
    pieces = [encoded[i : i + block] for i in range(0, len(encoded), block)]
    return [hashlib.sha256(json.dumps(piece, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()[:8] for piece in pieces]


name, source = sys.argv[1], Path(sys.argv[2])
tokenizer = from_gguf(source) if source.suffix == ".gguf" else Tokenizer.from_file(str(source / "tokenizer.json"))
formula = json.loads((HERE / "strings.json").read_text())
texts = list(strings(formula))


def encode(plain, added):
    tokenizer.encode_special_tokens = plain
    return [tokenizer.encode(text, add_special_tokens=added).ids for text in texts]


plain, special, prompt = encode(True, False), encode(False, False), encode(True, True)
decoded = [tokenizer.decode(ids, skip_special_tokens=False) for ids in plain]
(HERE / f"{name}.json").write_text(json.dumps({
    "made_by": f"tokenizers {tokenizers.__version__}",
    "size": tokenizer.get_vocab_size(),
    "first": [{"text": t, "plain": p, "special": s, "prompt": q, "decoded": d}
              for t, p, s, q, d in list(zip(texts, plain, special, prompt, decoded))[:SHOWN]],
    "plain": hashes(plain, formula["block"]),
    "special": hashes(special, formula["block"]),
    "prompt": hashes(prompt, formula["block"]),
    "decoded": hashes(decoded, formula["block"]),
}) + "\n")
