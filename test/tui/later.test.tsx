import { expect, test } from "bun:test";
import { Text } from "ink";
import { Later, useLater } from "../../src/tui/later.ts";
import { mount } from "./screen.tsx";

function Word({ later }: { later: Later<{ word: string }> }) {
  return <Text>{useLater(later)?.word ?? "not yet"}</Text>;
}

test("what needs code that is loaded later is drawn without it, then with it; it is loaded once", async () => {
  const { promise, resolve } = Promise.withResolvers<{ word: string }>();
  let imports = 0;
  const later = new Later(() => {
    imports++;
    return promise;
  });
  using screen = mount(
    <>
      <Word later={later} />
      <Word later={later} />
    </>,
  );
  expect(await screen.text()).toContain("not yet");
  expect(later.get()).toBeNull();
  resolve({ word: "here" });
  expect(await later.load()).toEqual({ word: "here" });
  expect((await screen.text()).match(/here|not yet/g)).toEqual(["here", "here"]);
  expect(imports).toBe(1);
});
