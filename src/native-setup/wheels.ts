import type { WheelRequest } from "../cache/pip-download.ts";

/**
 * Every wheel that the native layer is made of, pinned by version and SHA-256. The wheels promise no stable C++
 * interface, so a new version means: change it here, compile, run every test.
 */
export type Pin = Required<Pick<WheelRequest, "requirement" | "sha256" | "bytes">>;

export const pin = (requirement: string, bytes: number, ...sha256: string[]): Pin => ({
  requirement,
  sha256,
  bytes,
});

export const MLX_VERSION = "0.32.4";

export type LinuxMachine = "linux-x64" | "linux-arm64";

export const MLX_CPU: Record<LinuxMachine, Pin> = {
  "linux-x64": pin(
    `mlx-cpu==${MLX_VERSION}`,
    10_486_971,
    "0e0a24fa2ce8b6b94d2e6a90604e8813aa8e29fcb918bb2aa01cfb6d133d8cee",
  ),
  "linux-arm64": pin(
    `mlx-cpu==${MLX_VERSION}`,
    8_957_465,
    "1289e85e64af1fd16380bf331438bfe4afe875d27afc3e0bcf35f427c488fadd",
  ),
};

/** One wheel each for macOS 14, 15 and 26; pip takes the newest that the machine can load. */
export const MLX_METAL: Pin = pin(
  `mlx-metal==${MLX_VERSION}`,
  44_958_619,
  "8019b2db622599267d66cc168b2f0dbf5af929790a6c3b3913e00eabc42a7947",
  "9f0a3cc26d89724434d9684932fc6f3e4e83669d2a895d858ed2c8a55eb84e8b",
  "514df92d41a286895d2564b4b18f4da45096bd7a4a0c47e1042f345ad5a7f936",
);

export const OPENBLAS: Record<LinuxMachine, Pin> = {
  "linux-x64": pin(
    "scipy-openblas32==0.3.31.188.0",
    8_872_077,
    "29534062c634a635c4d86b7f238541a81a39e457048ad3d717f54843530a0112",
  ),
  "linux-arm64": pin(
    "scipy-openblas32==0.3.31.188.0",
    9_497_356,
    "630a0f1da08e498221dd74aed1c2e7d33acd0e9c953521ec9e364a4572ebadc1",
  ),
};

/** Clang with macOS's headers, for the test that cross-compiles the shim. */
export const ZIGLANG: Pin = pin(
  "ziglang==0.17.0",
  101_011_302,
  "97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b",
);
