import { useEffect, useState } from "react";
import type { ModelAtHand, Services } from "../services.ts";

/** Models at hand; null until they are known, and the reason where they cannot be. */
export function useModels(services: Services): { models: ModelAtHand[] | null; failure: string } {
  const [found, setFound] = useState<{ models: ModelAtHand[] | null; failure: string }>({
    models: null,
    failure: "",
  });
  useEffect(() => {
    let gone = false;
    services.models().then(
      (models) => !gone && setFound({ models, failure: "" }),
      (error: unknown) =>
        !gone && setFound({ models: [], failure: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      gone = true;
    };
  }, [services]);
  return found;
}
