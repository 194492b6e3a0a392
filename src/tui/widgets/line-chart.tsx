import { Box, Text } from "ink";
import { useMemo } from "react";
import { lineChart, type Series } from "../charts/line-chart.ts";
import { colour, emphasis, plain } from "../theme.ts";

/** Marks that tell series apart without colour. */
const MARKS = ["●", "■", "▲", "○", "□", "△"];

/** Series over steps with a legend that also gives each one's last value. */
export function LineChart(props: {
  series: readonly Series[];
  width: number;
  height: number;
  empty: string;
}) {
  const { series, width, height, empty } = props;
  const frame = useMemo(() => {
    const drawn = lineChart(series, { columns: width, rows: height - 1 });
    return drawn && plain() ? Bun.stripANSI(drawn) : drawn;
  }, [series, width, height]);
  if (!frame) return <Text {...emphasis.faint()}>{empty}</Text>;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Text wrap="truncate">
        {series.map((one, index) => (
          <Text key={one.title} color={colour(one.colour)}>
            {`${MARKS[index % MARKS.length]} ${one.title} ${lastValue(one)}  `}
          </Text>
        ))}
      </Text>
      <Text>{frame}</Text>
    </Box>
  );
}

function lastValue(series: Series): string {
  const last = series.points.findLast((point) => point.value !== null && Number.isFinite(point.value));
  return last?.value == null ? "-" : last.value.toFixed(2);
}
