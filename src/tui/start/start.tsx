import { basename } from "node:path";
import { Box, Text } from "ink";
import { useEffect, useRef, useState } from "react";
import { AzrError } from "../../errors/index.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import { oneLine, wrapped } from "../printable.ts";
import type { RunPlan, Services } from "../services.ts";
import { emphasis } from "../theme.ts";
import { Help } from "../widgets/help.tsx";
import { Panel } from "../widgets/panel.tsx";
import { PlaceFrame } from "../widgets/place-frame.tsx";

const CONTEXTS: readonly KeyContext[] = ["start", "global"];

/** What a run needs is set up, line by line; its screens take the place of this one. */
export function Start({ plan, services }: { plan: RunPlan; services: Services }) {
  const navigation = useNavigation();
  const [lines, setLines] = useState<readonly string[]>([]);
  const [progress, setProgress] = useState("");
  const [error, setError] = useState<AzrError | null>(null);
  const [help, setHelp] = useState(false);
  const began = useRef(false);

  useEffect(() => {
    if (began.current) return;
    began.current = true;
    const report = {
      progress: setProgress,
      line: (line: string) => setLines((all) => [...all, line]),
    };
    services.prepare(plan, report).then(
      (launch) => navigation?.replace({ kind: "run", runDirectory: plan.path, launch }),
      (reason: unknown) => {
        // Where there is nothing to go back to, the command has failed, and the shell is told why.
        if (reason instanceof AzrError && !navigation?.isFirst()) setError(reason);
        else navigation?.fail(reason instanceof Error ? reason : new Error(String(reason)));
      },
    );
  }, [plan, services, navigation]);

  useKeys(1, (key) => {
    if (help && key !== "ctrl+c") {
      if (actionOf(key, ["help"]) === "close") setHelp(false);
      return false;
    }
    const action = actionOf(key, CONTEXTS);
    if (action === "help") setHelp(true);
    else if (action === "quit") navigation?.leave("cancelled");
    else if (action === "start-back" && error) navigation?.back();
    return true;
  });

  const { model, training } = plan.config;
  return (
    <PlaceFrame
      title={basename(plan.path)}
      note={plan.resume ? "goes on" : "starts"}
      contexts={help ? ["help"] : CONTEXTS}
    >
      {({ width, height }) =>
        help ? (
          <Help contexts={CONTEXTS} width={width} height={height} />
        ) : (
          <Panel
            title="Setting up"
            note={`${model.source}, ${training.algorithm.type}`}
            width={width}
            height={height}
          >
            {lines.slice(-Math.max(1, height - 8)).map((line, index) => (
              <Text key={index} wrap="truncate" {...emphasis.good()}>{`✓ ${oneLine(line)}`}</Text>
            ))}
            {!error && (
              <Text
                wrap="truncate"
                {...emphasis.title()}
              >{`▸ ${oneLine(progress) || "the sandbox, MLX and the model"}`}</Text>
            )}
            {error && <Failure error={error} width={width - 4} />}
          </Panel>
        )
      }
    </PlaceFrame>
  );
}

function Failure({ error, width }: { error: AzrError; width: number }) {
  return (
    <Box flexDirection="column">
      {wrapped(error.message, width).map((line, index) => (
        <Text key={index} wrap="truncate" {...emphasis.bad()}>
          {line}
        </Text>
      ))}
      {wrapped(error.mend ?? "", width).map((line, index) => (
        <Text key={index} wrap="truncate">
          {line}
        </Text>
      ))}
    </Box>
  );
}
