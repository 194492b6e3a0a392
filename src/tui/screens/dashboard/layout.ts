/** Where the parts of the Dashboard go, in cells. Every part is seen at 60x20; more room makes it larger. */
export interface DashboardLayout {
  /** Width of the charts' column, and of the column beside it (0: there is none). */
  main: number;
  side: number;
  /** Height of all charts. */
  charts: number;
  figures: number;
  figuresWidth: number;
  /** Machine figures as one line, beside the figures of the step, or in the side column. */
  machine: "line" | "beside" | "side";
  machineHeight: number;
  /** Height of the live text; 0 hides it. */
  live: number;
  /** Height of the last lines of the log in the side column; 0 hides them, and the last one is seen above. */
  events: number;
}

/** Rows of the table of figures beside one for each task type: borders and heading. */
const FRAME = 3;
const EVENTS = 8;

export function dashboardLayout(width: number, height: number, types: number): DashboardLayout {
  const figures = FRAME + types;
  const body = height - 2;
  if (width >= 118) {
    const side = Math.min(70, Math.max(44, Math.floor(width / 3)));
    const charts = Math.max(0, body - figures);
    const machineHeight = Math.min(body, body >= 24 ? 16 : 10);
    const events = body - machineHeight >= 2 * EVENTS ? EVENTS : 0;
    return {
      main: width - side,
      side,
      charts,
      figures,
      figuresWidth: width - side,
      machine: "side",
      machineHeight,
      live: body - machineHeight - events,
      events,
    };
  }
  const beside = width >= 76;
  const rest = body - figures - (beside ? 0 : 1);
  // The charts come first; live text gets a third of what they leave.
  const live = rest >= 12 ? Math.max(3, Math.floor(rest / 4)) : 0;
  const charts = Math.max(0, rest - live);
  return {
    main: width,
    side: 0,
    charts,
    figures,
    figuresWidth: beside ? Math.floor(width / 2) : width,
    machine: beside ? "beside" : "line",
    machineHeight: figures,
    live,
    events: 0,
  };
}
