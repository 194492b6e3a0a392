import { basename } from "node:path";
import { Text } from "ink";
import { useMemo } from "react";
import { eventPage } from "../../../runs/index.ts";
import { oneLine } from "../../printable.ts";
import { useQuery, useRun, useSource } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/** Before the first step there is no curve: what the run is, how far its start has come, and its log. */
export function Start({ width, height }: { width: number; height: number }) {
  const { snapshot, status, launching } = useRun();
  const { run } = useSource();
  const config = useMemo(() => run.config(), [run]);
  const phase = snapshot?.progress?.phase ?? null;
  const { algorithm } = config.training;
  const supervised = algorithm.type === "sft";
  const stages = [
    {
      name: "start the engine",
      done: snapshot !== null,
      now: launching || (!snapshot && status.engine !== null),
    },
    { name: `load ${config.model.source}`, done: phase !== null && phase !== "load", now: phase === "load" },
    ...(supervised
      ? []
      : [
          {
            name: "seed the buffers",
            done: phase !== null && phase !== "load" && phase !== "seed",
            now: phase === "seed",
          },
        ]),
    { name: "first step", done: false, now: phase !== null && phase !== "load" && phase !== "seed" },
  ];
  const { selfplay, adapter, training } = config;
  const facts = [
    supervised
      ? `${algorithm.epochs > 0 ? `${algorithm.epochs} epochs` : `${config.steps} steps`} of ${basename(algorithm.data)}, ${algorithm.batch_size} rows a step`
      : `${config.steps} steps of ${selfplay.proposals} proposals and ${selfplay.tasks_per_step} tasks each of ${selfplay.tasks.join(", ")}`,
    `${adapter.type === "lora" ? `LoRA of rank ${adapter.rank}` : "all weights"}, ${training.algorithm.type}, learning rate ${training.optimizer.learning_rate}, seed ${config.seed}`,
  ];
  // More lines than there is room for would be drawn over each other: the stage at work stays.
  const rows = Math.max(0, height - 2);
  const working = Math.max(
    0,
    stages.findIndex(({ now }) => now),
  );
  const from = Math.max(0, Math.min(working, stages.length - rows));
  const room = Math.max(0, rows - stages.length - facts.length - 1);
  const log = useQuery((database) => eventPage(database, {}, { limit: Math.max(1, room) }).reverse(), [room]);
  return (
    <Panel
      title="Getting ready"
      note="curves begin with the first finished step"
      width={width}
      height={height}
    >
      {stages.slice(from, from + rows).map(({ name, done, now }) => (
        <Text
          key={name}
          wrap="truncate"
          {...(now ? emphasis.title() : done ? emphasis.good() : emphasis.faint())}
        >
          {`${done ? "✓" : now ? "▸" : "·"} ${name}`}
        </Text>
      ))}
      {facts.slice(0, Math.max(0, rows - stages.length)).map((fact) => (
        <Text key={fact} wrap="truncate" {...emphasis.faint()}>
          {fact}
        </Text>
      ))}
      {room > 0 && <Text> </Text>}
      {(room > 0 ? log : []).map((event) => (
        <Text key={event.id} wrap="truncate">
          {oneLine(`${event.source}: ${event.message}`)}
        </Text>
      ))}
    </Panel>
  );
}
