import { Box, Text } from "ink";
import { useMemo } from "react";
import { lineChart, type Series } from "../charts/line-chart.ts";
import { colour, emphasis, plain } from "../theme.ts";

/** Series over steps, under a legend that gives each one's last value where there is room. */
export function LineChart(props: {
  series: readonly Series[];
  range?: readonly [low: number, high: number];
  width: number;
  height: number;
  empty: string;
}) {
  const { series, range, width, height, empty } = props;
  const frame = useMemo(() => {
    const drawn = lineChart(series, { columns: width, rows: height - 1, ...(range ? { range } : {}) });
    return drawn && plain() ? Bun.stripANSI(drawn) : drawn;
  }, [series, range, width, height]);
  if (!frame) return <Text {...emphasis.faint()}>{empty}</Text>;
  const words = legend(series, width);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Text wrap="truncate">
        {series.map((one, index) => (
          <Text key={one.title} color={colour(one.colour)}>
            {words[index]}
          </Text>
        ))}
      </Text>
      <Text>{frame}</Text>
    </Box>
  );
}

/** The fullest of three forms that fits: name and value, short name and value, short name. */
function legend(series: readonly Series[], width: number): string[] {
  const forms = [
    (one: Series) => `${one.mark} ${one.title} ${lastValue(one)}  `,
    (one: Series) => `${one.mark}${one.title.slice(0, 3)} ${lastValue(one)}  `,
    (one: Series) => `${one.mark} ${one.title.slice(0, 3)}  `,
  ].map((form) => series.map(form));
  const fits = forms.find((words) => words.join("").trimEnd().length <= width);
  return fits ?? forms.at(-1) ?? [];
}

function lastValue(series: Series): string {
  const last = series.points.findLast((point) => point.value !== null && Number.isFinite(point.value));
  return last?.value == null ? "-" : last.value.toFixed(2);
}
