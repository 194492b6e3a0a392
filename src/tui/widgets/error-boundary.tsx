import { Text } from "ink";
import { Component, type ReactNode } from "react";
import { AzrError } from "../../errors/index.ts";
import { wrapped } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";
import { Scroll } from "./scroll.tsx";

interface Props {
  /** What is drawn, by name. */
  name: string;
  /** When it is another one, the screen is tried again. */
  attempt: unknown;
  width: number;
  height: number;
  children: ReactNode;
}

/** A screen that fails shows its error in its own place: the others, and the keys of all of them, go on. */
export class ErrorBoundary extends Component<Props, { error: unknown; attempt: unknown }> {
  override state = { error: null, attempt: this.props.attempt };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: { error: unknown; attempt: unknown }) {
    return props.attempt === state.attempt ? null : { error: null, attempt: props.attempt };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <Failure {...this.props} error={error} />;
  }
}

function Failure({ name, width, height, error }: Props & { error: unknown }) {
  const lines = describe(error).flatMap((text) => wrapped(text, width - 4));
  return (
    <Panel title={`${name} failed`} note="other screens go on" width={width} height={height}>
      <Scroll
        lines={lines.map((line, index) => (
          <Text key={index} wrap="truncate" {...(index === 0 ? emphasis.bad() : {})}>
            {line || " "}
          </Text>
        ))}
        height={height - 2}
      />
    </Panel>
  );
}

/** Message and mend of an error that a user can meet; of a fault of this program also where it came from. */
function describe(error: unknown): string[] {
  if (error instanceof AzrError)
    return error.mend === undefined ? [error.message] : [error.message, error.mend];
  if (!(error instanceof Error)) return [String(error)];
  return [
    `${error.name}: ${error.message}`,
    "",
    ...(error.stack ?? "").split("\n").filter((line) => line.trim().startsWith("at ")),
    "",
    "This is a fault of azr-tui; the run is not affected.",
  ];
}
