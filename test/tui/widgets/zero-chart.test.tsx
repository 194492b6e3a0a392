import { expect, test } from "bun:test";
import { LineChart } from "../../../src/tui/widgets/line-chart.tsx";
import { mount } from "../screen.tsx";

const chart = (value: number) => (
  <LineChart
    series={[{ title: "approx kl", colour: "cyan", mark: "●", points: [0, value].map(at) }]}
    width={40}
    height={8}
    empty="nothing"
    zero="0 at every step: one update a batch"
  />
);
const at = (value: number, step: number) => ({ step, value });

test("what is 0 throughout is explained in place of a dead line; what is not is drawn", async () => {
  using flat = mount(chart(0));
  expect(await flat.text()).toContain("0 at every step: one update a batch");
  expect(await flat.text()).not.toContain("●");
  using drawn = mount(chart(0.5));
  expect(await drawn.text()).toContain("● approx kl 0.50");
});
