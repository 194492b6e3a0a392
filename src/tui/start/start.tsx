import { basename } from "node:path";
import { Box, Text } from "ink";
import prettyBytes from "pretty-bytes";
import { useCallback, useEffect, useRef, useState } from "react";
import { AzrError } from "../../errors/index.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import { oneLine, wrapped } from "../printable.ts";
import type { ModelDownload, RunPlan, Services } from "../services.ts";
import { emphasis } from "../theme.ts";
import { Dialog } from "../widgets/dialog.tsx";
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
  const [asked, setAsked] = useState<ModelDownload | null>(null);
  // Until something is set up, there is nothing to lose by going back.
  const [begun, setBegun] = useState(false);
  const mounted = useRef(false);
  const left = useRef(false);

  const failed = useCallback(
    (reason: unknown) => {
      if (left.current) return;
      // Where there is nothing to go back to, the command has failed, and the shell is told why.
      if (reason instanceof AzrError && !navigation?.isFirst()) setError(reason);
      else navigation?.fail(reason instanceof Error ? reason : new Error(String(reason)));
    },
    [navigation],
  );
  const begin = useCallback(() => {
    setAsked(null);
    setBegun(true);
    setProgress("");
    const report = {
      progress: setProgress,
      line: (line: string) => setLines((all) => [...all, line]),
    };
    services
      .prepare(plan, report)
      .then((launch) => navigation?.replace({ kind: "run", runDirectory: plan.path, launch }), failed);
  }, [plan, services, navigation, failed]);

  useEffect(() => {
    if (mounted.current) return;
    mounted.current = true;
    // Who typed a command has named the model; who pressed a key may not know what it brings.
    if (navigation?.isFirst()) return begin();
    setProgress(`looks for ${plan.config.model.source}`);
    services.download(plan.config).then((download) => {
      if (left.current) return;
      if (download) setAsked(download);
      else begin();
    }, failed);
  }, [plan, services, navigation, begin, failed]);

  useKeys(1, (key) => {
    if (help && key !== "ctrl+c") {
      if (actionOf(key, ["help"]) === "close") setHelp(false);
      return false;
    }
    if (asked && key !== "ctrl+c") {
      const answer = actionOf(key, ["confirm"]);
      if (answer === "yes") begin();
      else if (answer === "no") navigation?.back();
      return true;
    }
    const action = actionOf(key, CONTEXTS);
    if (action === "help") setHelp(true);
    else if (action === "quit") navigation?.leave("cancelled");
    else if (action === "start-back" && (error || !begun)) {
      left.current = true;
      navigation?.back();
    }
    return true;
  });

  const { model, training } = plan.config;
  return (
    <PlaceFrame
      title={basename(plan.path)}
      note={plan.resume ? "goes on" : "starts"}
      contexts={help ? ["help"] : asked ? ["confirm"] : CONTEXTS}
    >
      {({ width, height }) =>
        help ? (
          <Help contexts={CONTEXTS} width={width} height={height} />
        ) : (
          <>
            <Panel
              title={error ? "Not started" : "Setting up"}
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
            {asked && <Dialog title="Download" lines={questionOf(asked)} width={width} height={height} />}
          </>
        )
      }
    </PlaceFrame>
  );
}

const questionOf = ({ source, bytes, host }: ModelDownload): string[] => [
  `${source} is not on this machine.`,
  `${prettyBytes(bytes)} come from ${host}, once.`,
  "  y  download, and start",
  "  n  back",
];

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
