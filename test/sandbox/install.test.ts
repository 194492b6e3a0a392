import { expect, test } from "bun:test";
import { findAccount } from "../../src/sandbox/account.ts";
import { installCommand } from "../../src/sandbox/install.ts";
import { installAdvice, packageManager, packageOf } from "../../src/sandbox/package-manager.ts";

test("the line to run names what is missing, and only that, in the words of the system's package manager", () => {
  expect(installCommand({ packages: ["firejail", "bubblewrap"], account: true }, "apt-get")).toBe(
    "apt-get update && apt-get install -y --no-install-recommends firejail bubblewrap && " +
      "useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin azr-sandbox",
  );
  expect(installCommand({ packages: ["firejail"], account: false }, "apt-get")).toBe(
    "apt-get update && apt-get install -y --no-install-recommends firejail",
  );
  expect(installCommand({ packages: ["firejail"], account: false }, "dnf")).toBe("dnf install -y firejail");
  expect(installCommand({ packages: ["bubblewrap"], account: false }, undefined)).toBeUndefined();
  expect(installCommand({ packages: [], account: true }, undefined)).toStartWith("useradd --system");
});

test.each([
  [
    ["apt-get", "apk"],
    true,
    "Install it with: apt-get update && apt-get install -y --no-install-recommends bubblewrap",
  ],
  [["dnf"], false, "Install it with: sudo dnf install -y bubblewrap"],
  [["zypper"], true, "Install it with: zypper install -y bubblewrap"],
  [["pacman"], false, "Install it with: sudo pacman -S --noconfirm bubblewrap"],
  [["apk"], true, "Install it with: apk add bubblewrap"],
  [["emerge"], true, "Install bubblewrap with this system's package manager."],
])("on a system with %j the advice is its own command", (programs, root, advice) => {
  const manager = packageManager((program) => programs.includes(program));
  expect(installAdvice([packageOf("bwrap")], { manager, root })).toBe(advice);
});

test("an account is found by its whole name", () => {
  const passwd =
    "root:x:0:0::/root:/bin/bash\nazr-sandbox2:x:5:6:::\nazr-sandbox:x:999:995::/nonexistent:/usr/sbin/nologin\n";
  expect(findAccount(passwd, "azr-sandbox")).toEqual({ uid: 999, gid: 995 });
  expect(findAccount(passwd, "azr")).toBeUndefined();
});
