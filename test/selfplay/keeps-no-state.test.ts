import { expect, test } from "bun:test";
import { keepsNoState } from "../../src/selfplay/keeps-no-state.ts";

test.each([
  "def f(a):\n    return a",
  "def f():\n    return [1]",
  "def f(xs, n):\n    total = 0\n    for x in xs:\n        total += f(xs[1:], n) if x > n else 1.5\n\n    return total\n",
  'def f(s): return f"{len(s)}".join(sorted(s.upper()))',
  "def f(xs):\n    'Sorts.'\n    def key(x, by=2): return x % by\n    ys = [x for x in xs]\n    ys.sort(key=key)\n    return None if ys is None else ys",
])("a program that keeps nothing between two calls: %j", (program) => {
  expect(keepsNoState(program)).toBe(true);
});

test.each([
  ["a default value", "def f(a, seen=[]):\n    seen.append(a)\n    return len(seen)"],
  ["a default value on a second line", "def f(a,\n      seen=[]):\n    seen.append(a)\n    return len(seen)"],
  ["a global", "n = 0\ndef f(a):\n    global n\n    n += 1\n    return n"],
  ["a list beside it", "def f(a):\n    seen.append(a)\n    return len(seen)\nseen = []"],
  ["an attribute of its own", "def f(a):\n    f.n = 1\n    return a"],
  ["another name for itself", "def f(a):\n    g = f\n    g.n = 1\n    return a"],
  ["itself, further on", "def f(a):\n    return f .n"],
  ["itself in a list", "def f(a):\n    return [f][0]"],
  ["an import", "def f(a):\n    import random\n    return random.random()"],
  ["a frame", "def f(a):\n    g = (x for x in a)\n    g.gi_frame.f_globals['n'] = 1\n    return a"],
  ["a frame behind a continued line", "def f(a):\n    g = (x for x in a)\n    return g.\\\ngi_frame"],
  ["a frame behind a comment", "def f(a):\n    g = (x for x in a)\n    return (g. # x\n     gi_frame)"],
  ["a name with a wide letter", "def f(a):\n    ｆ.n = 1\n    return a"],
  ["builtins", "def f(a):\n    __builtins__['n'] = 1\n    return a"],
  [
    "what is left of memory",
    "def f(a):\n    try:\n        return [0] * a\n    except MemoryError:\n        return 1",
  ],
  ["standard input", "def f(a):\n    return input()"],
  ["an identity", "def f(a):\n    return a is 'x'"],
  ["an address", "def f(a):\n    return id(a)"],
  ["attributes by name", "def f(a):\n    setattr(print, 'n', a)\n    return a"],
  ["a decorator", "@cache\ndef f(a):\n    return a"],
  ["a class", "def f(a):\n    return a\nclass A: pass"],
  ["another function", "def g(a):\n    return a\ndef f(a):\n    return g(a)"],
  ["the address of a generator", "def f(a):\n    return int(str(x for x in a)[-4:-1], 16)"],
  ["a generator behind a bracket in a string", "def f(a):\n    return str(x + '[' for x in a)"],
  ["a generator over two lines", "def f(a):\n    return str(x\n      for x in a[0:\n      1])"],
  ["the address of a method", "def f(a):\n    return f'{a.append}'"],
  ["an order by addresses", "def f(a):\n    return [next(i) for i in {iter(a), iter(a[1:])}]"],
  ["the address of a function", "def f(a):\n    return '%s' % (lambda: a)"],
  ["nothing at all", ""],
])("a program with %s may keep something", (_what, program) => {
  expect(keepsNoState(program)).toBe(false);
});
