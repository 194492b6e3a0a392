import type { DoctorFact } from "../native-setup/doctor.ts";

/** What the machine has and lacks for every part. Changes nothing and downloads nothing. */
export async function doctorFacts(): Promise<DoctorFact[]> {
  const { doctorNative } = await import("../native-setup/doctor.ts");
  return [
    {
      name: "bun",
      ok: Bun.semver.satisfies(Bun.version, ">=1.4.5"),
      detail: Bun.version,
      mend: "Run through npx -y bun@1.4.5.",
    },
    ...(await doctorNative()),
    await sandboxFact(),
    await modelFact(),
    await cacheFact(),
  ];
}

async function sandboxFact(): Promise<DoctorFact> {
  const { openSandbox } = await import("../sandbox/index.ts");
  const { loadConfig } = await import("../config/load.ts");
  try {
    const remarks: string[] = [];
    const onPassedOver = (remark: string) => void remarks.push(remark);
    await using pool = await openSandbox({ ...loadConfig().sandbox, workers: 1 }, { onPassedOver });
    return { name: "sandbox", ok: true, detail: [`${pool.backend} proves itself`, ...remarks].join("; ") };
  } catch (error) {
    const { AzrError } = await import("../errors/index.ts");
    if (!(error instanceof AzrError)) throw error;
    return { name: "sandbox", ok: false, detail: error.message, ...(error.mend ? { mend: error.mend } : {}) };
  }
}

/** Models by name: not having one is no problem, since it is fetched when it is wanted. */
async function modelFact(): Promise<DoctorFact> {
  const { knownModels } = await import("./known-models.ts");
  const models = knownModels().map(({ name, path, megabytes }) =>
    path ? `${name} in the cache` : `${name}: ${megabytes} MB to download on first use`,
  );
  return { name: "models", ok: true, detail: models.join("; ") };
}

async function cacheFact(): Promise<DoctorFact> {
  const { cacheDirectory } = await import("../cache/directory.ts");
  const { mkdir, statfs } = await import("node:fs/promises");
  const path = cacheDirectory();
  try {
    await mkdir(path, { recursive: true });
    const { bavail, bsize } = await statfs(path);
    const free = bavail * bsize;
    const { default: prettyBytes } = await import("pretty-bytes");
    return {
      name: "cache",
      ok: free > 1e9,
      detail: `${path}, ${prettyBytes(free)} free`,
      mend: "Free some space: set-up takes about 1 GB, and a run a few hundred MB.",
    };
  } catch (error) {
    return {
      name: "cache",
      ok: false,
      detail: (error as Error).message,
      mend: "Set AZR_CACHE_DIR to a directory that can be written.",
    };
  }
}
