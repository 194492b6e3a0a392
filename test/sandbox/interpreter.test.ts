import { expect, test } from "bun:test";
import { ownLibraries } from "../../src/sandbox/interpreter.ts";

test("an interpreter's own libraries are those that neither the system nor its directories hold", () => {
  const mapped = [
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/usr/lib/x86_64-linux-gnu/libm.so.6",
    "/usr/lib64/ld-linux-x86-64.so.2",
    "/usr/local/lib/libpython3.12.so.1.0",
    "/usr/local/lib/python3.12/lib-dynload/_json.so",
    "/opt/ssl/lib/libssl.so.3",
  ];
  expect(ownLibraries(mapped, ["/usr/local/lib/python3.12"])).toEqual([
    "/usr/local/lib/libpython3.12.so.1.0",
    "/opt/ssl/lib/libssl.so.3",
  ]);
});
