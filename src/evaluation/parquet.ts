import { ModelLoadError } from "../errors/index.ts";

/** Rows of a Parquet file, with integers as numbers. Throws ModelLoadError for a file that is cut off or damaged. */
export async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  try {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])),
    );
  } catch (cause) {
    throw new ModelLoadError(`${path} is a truncated or damaged Parquet file: ${(cause as Error).message}`, {
      mend: "Fetch the file again.",
      cause,
    });
  }
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return Array.isArray(value) ? value.map(plain) : (value ?? undefined);
}
