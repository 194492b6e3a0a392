import { useEffect, useMemo, useState } from "react";
import { RunCatalog } from "./run-catalog.ts";

/** How often the folder is looked at while home is shown. */
const POLL_MS = 1_000;

/** The runs of a folder, looked for anew every second. */
export function useCatalog(folder: string): { catalog: RunCatalog; refresh: () => void } {
  const catalog = useMemo(() => new RunCatalog(folder), [folder]);
  const [, setLooks] = useState(0);
  const refresh = useMemo(
    () => () => {
      catalog.scan();
      setLooks((count) => count + 1);
    },
    [catalog],
  );
  useEffect(() => {
    const timer = setInterval(refresh, POLL_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { catalog, refresh };
}
