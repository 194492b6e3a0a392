import { expect, test } from "bun:test";
import { findAccount } from "../../src/sandbox/account.ts";
import { installCommand } from "../../src/sandbox/install.ts";

test("the line to run names what is missing, and only that", () => {
  expect(installCommand({ packages: ["firejail", "bubblewrap"], account: true })).toBe(
    "apt-get update && apt-get install -y --no-install-recommends firejail bubblewrap && " +
      "useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin azr-sandbox",
  );
  expect(installCommand({ packages: ["firejail"], account: false })).toBe(
    "apt-get update && apt-get install -y --no-install-recommends firejail",
  );
});

test("an account is found by its whole name", () => {
  const passwd =
    "root:x:0:0::/root:/bin/bash\nazr-sandbox2:x:5:6:::\nazr-sandbox:x:999:995::/nonexistent:/usr/sbin/nologin\n";
  expect(findAccount(passwd, "azr-sandbox")).toEqual({ uid: 999, gid: 995 });
  expect(findAccount(passwd, "azr")).toBeUndefined();
});
