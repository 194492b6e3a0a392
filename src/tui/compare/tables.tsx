import { Text } from "ink";
import { type FigureComparison, type SettingDifference, settingWords } from "../../runs/index.ts";
import type { Area } from "../home/layout.ts";
import { cell, endCell, oneLine } from "../printable.ts";
import { shortNames } from "../short-names.ts";
import { colour, emphasis } from "../theme.ts";
import { ListPanel } from "../widgets/list-panel.tsx";
import type { VirtualList } from "../widgets/virtual-list.ts";
import { figureText } from "./figure.ts";
import type { RunLook } from "./looks.ts";

interface TableProps {
  area: Area;
  list: VirtualList;
  looks: readonly RunLook[];
  focused: boolean;
  /** The mouse is on the table: it has the keys. */
  onFocus: () => void;
  onChoose: (index: number) => void;
}

/** Where both tables are, and what the mouse does there. */
const panelOf = ({ area, list, focused, onFocus, onChoose }: Omit<TableProps, "looks">) =>
  ({ ...area, list, focused, onWheel: onFocus, onClick: onChoose }) as const;

/** A figure with what the chart calls it, and a value for each run. */
export interface FigureRow extends FigureComparison {
  title: string;
}

/** Every figure of all runs: at the crosshair, or at the end. */
export function FiguresTable({
  rows,
  valuesOf,
  at,
  ...props
}: TableProps & {
  rows: readonly FigureRow[];
  /** Of each run. */
  valuesOf: (row: FigureRow) => readonly (number | null)[];
  /** The crosshair's step; null where there is none. */
  at: number | null;
}) {
  const { area, looks } = props;
  return (
    <ListPanel
      {...panelOf(props)}
      title={`Figures: ${rows.length}`}
      note={at === null ? "mean of the last 10 steps or fewer" : `at step ${at}`}
      heading={heading("figure", looks, area.width - 5)}
      total={rows.length}
      row={(index, room) => {
        const figure = rows[index] as FigureRow;
        const letters = columnsOf(looks.length, room).value - 1;
        const texts = valuesOf(figure).map((value) => figureText(figure.name, value, letters));
        return <TableRow name={figure.title} values={texts} looks={looks} width={room} />;
      }}
      empty={<Text {...emphasis.faint()}>No figure matches; escape shows all.</Text>}
    />
  );
}

/** The settings in which the runs differ. */
export function SettingsTable({
  rows,
  narrowed,
  ...props
}: TableProps & { rows: readonly SettingDifference[]; narrowed: boolean }) {
  const { area, looks } = props;
  return (
    <ListPanel
      {...panelOf(props)}
      title={`Settings that differ: ${rows.length}`}
      heading={heading("setting", looks, area.width - 5, WIDEST.setting)}
      total={rows.length}
      row={(index, room) => {
        const { path, history } = rows[index] as SettingDifference;
        const words = history.map((values) => settingWords(values, written));
        return <TableRow name={path} values={words} looks={looks} width={room} widest={WIDEST.setting} />;
      }}
      empty={<Text {...emphasis.faint()}>{narrowed ? "None matches." : "None: they are the same."}</Text>}
    />
  );
}

/** What a run's column has at most: a setting that was changed takes more. */
const WIDEST = { figure: 18, setting: 24 } as const;

/** Columns of a table: the name has what the values leave, each of which has its run's. */
function columnsOf(
  runs: number,
  width: number,
  widest: number = WIDEST.figure,
): { name: number; value: number } {
  const value = Math.max(8, Math.min(widest, Math.floor((width * 0.6) / runs)));
  return { name: width - value * runs, value };
}

function heading(title: string, looks: readonly RunLook[], width: number, widest?: number): string {
  const { name, value } = columnsOf(looks.length, width, widest);
  const names = shortNames(
    looks.map((look) => look.title),
    value - 4,
  );
  const titles = looks.map((look, index) => cell(` ${look.off ? "·" : look.mark} ${names[index]}`, value));
  return cell(title, name) + titles.join("");
}

function TableRow(props: {
  name: string;
  values: readonly string[];
  looks: readonly RunLook[];
  width: number;
  widest?: number;
}) {
  const { name, values, looks, width, widest } = props;
  const columns = columnsOf(values.length, width, widest);
  return (
    <Text>
      {`${endCell(name, columns.name - 1)} `}
      {values.map((value, index) => (
        <Text
          key={looks[index]?.title}
          {...(looks[index]?.off ? emphasis.faint() : { color: colour(looks[index]?.colour ?? "white") })}
        >
          {cell(` ${value}`, columns.value)}
        </Text>
      ))}
    </Text>
  );
}

/** A setting's value in the fewest words. */
export function written(value: unknown): string {
  if (value === undefined) return "-";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return oneLine(typeof value === "string" ? value : JSON.stringify(value));
}

/** Two lines of fields with tabs between, as tables take them: the runs, and what each has. */
export const tableText = (titles: readonly string[], values: readonly unknown[]): string =>
  [titles, values.map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "-")))]
    .map((fields) => fields.map((field) => oneLine(field)).join("\t"))
    .join("\n");
