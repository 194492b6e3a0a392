"""Prefill and greedy generation by llama.cpp: every sequence of the batch decoded in one llama_decode a step."""

import ctypes

import llama_cpp
import numpy
from common import best, read_work, report

work = read_work()
prompts, new_tokens = work["prompts"], work["newTokens"]
silent = llama_cpp.llama_log_callback(lambda *_: None)  # C holds no reference to it
llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
llama_cpp.llama_backend_init()
model = llama_cpp.llama_model_load_from_file(work["model"].encode(), llama_cpp.llama_model_default_params())
vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
parameters = llama_cpp.llama_context_default_params()
longest = max(map(len, prompts)) + new_tokens
parameters.n_ctx = len(prompts) * (longest + 8)
parameters.n_batch = parameters.n_ubatch = max(512, len(prompts))
parameters.n_seq_max = len(prompts)
parameters.n_threads = parameters.n_threads_batch = work["threads"]
context = llama_cpp.llama_init_from_model(model, parameters)
batch = llama_cpp.llama_batch_init(parameters.n_batch, 0, 1)


def decode(entries) -> None:
    """entries: (token, position, sequence, whether its logits are wanted)."""
    batch.n_tokens = len(entries)
    for i, (token, position, sequence, wanted) in enumerate(entries):
        batch.token[i] = token
        batch.pos[i] = position
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = sequence
        batch.logits[i] = wanted
    if llama_cpp.llama_decode(context, batch) != 0:
        raise RuntimeError("llama_decode failed")


def greedy(index: int) -> int:
    return int(numpy.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, index), (vocabulary,)).argmax())


def run() -> None:
    llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
    last = []
    for sequence, prompt in enumerate(prompts):
        decode([(token, i, sequence, i == len(prompt) - 1) for i, token in enumerate(prompt)])
        last.append(greedy(len(prompt) - 1))
    for step in range(1, new_tokens):
        decode([(last[s], len(prompts[s]) + step - 1, s, True) for s in range(len(prompts))])
        last = [greedy(s) for s in range(len(prompts))]


run()
seconds = best(work["runs"], run)
report(len(prompts) * max(new_tokens, 1) if new_tokens > 1 else sum(map(len, prompts)), seconds)
