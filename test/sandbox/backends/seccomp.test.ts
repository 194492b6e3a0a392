import { expect, test } from "bun:test";
import { deniedCalls, isFiltered, seccompFilter } from "../../../src/sandbox/backends/seccomp.ts";

const ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 };
const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const KILL = 0x80000000;

/** Runs a filter as the kernel would, on a call number and an architecture. */
function evaluate(filter: Uint8Array, number: number, architecture: number): number {
  const view = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  let accumulator = 0;
  for (let at = 0; at < filter.length / 8; at++) {
    const code = view.getUint16(8 * at, true);
    const operand = view.getUint32(8 * at + 4, true);
    if (code === 0x20) accumulator = operand === 0 ? number : architecture;
    else if (code === 0x06) return operand;
    else {
      const taken = code === 0x15 ? accumulator === operand : accumulator >= operand;
      at += view.getUint8(8 * at + (taken ? 2 : 3));
    }
  }
  throw new Error("the filter ends without a verdict");
}

test.each(["x64", "arm64"] as const)(
  "%s: denied calls fail, others pass, newer ones are unknown, foreign ones kill",
  (architecture) => {
    const filter = seccompFilter(architecture);
    const denied = deniedCalls(architecture);
    expect(filter.length / 8).toBeLessThan(4096);
    expect(new Set(denied).size).toBe(denied.length);
    for (let number = 0; number < 500; number++) {
      const known = denied.includes(number) ? EPERM : ALLOW;
      expect(evaluate(filter, number, ARCH[architecture])).toBe(number > 450 ? ENOSYS : known);
    }
    expect(evaluate(filter, 0, ARCH[architecture === "x64" ? "arm64" : "x64"])).toBe(KILL);
  },
);

test("numbers of well-known calls", () => {
  // fork, clone, socket, ptrace, clone3 on x86_64; clone, socket, ptrace, clone3 on aarch64.
  for (const number of [57, 56, 41, 101, 435]) expect(deniedCalls("x64")).toContain(number);
  for (const number of [220, 198, 117, 435]) expect(deniedCalls("arm64")).toContain(number);
  // read, write, mmap, exit_group, execve must pass.
  for (const number of [0, 1, 9, 231, 59]) expect(deniedCalls("x64")).not.toContain(number);
  for (const number of [63, 64, 222, 94, 221]) expect(deniedCalls("arm64")).not.toContain(number);
});

test("the x32 ABI cannot pass by the list", () => {
  expect(evaluate(seccompFilter("x64"), 0x40000000 | 41, ARCH.x64)).toBe(KILL);
});

test("only two architectures have a list", () => {
  expect(["x64", "arm64", "riscv64", "ppc64"].filter(isFiltered)).toEqual(["x64", "arm64"]);
});
