import { expect, test } from "bun:test";
import { parseJunit } from "./junit.ts";

test("a junit report tells tests, skipped ones, and the failed by file and name", () => {
  const text = `<testsuites name="bun test" tests="5" assertions="1" failures="2" skipped="1" time="0.1">
  <testsuite name="a.test.ts" file="a.test.ts" tests="5" failures="2" skipped="1">
    <testcase name="a &lt; b" classname="" time="0.1" file="a.test.ts" line="1" assertions="1">
      <failure type="AssertionError" message="1 &gt; 2">at a.test.ts</failure>
    </testcase>
    <testcase name="fine" classname="" time="0" file="a.test.ts" line="1" assertions="0" />
    <testcase name="left out" classname="" time="0" file="a.test.ts" line="1" assertions="0">
      <skipped />
    </testcase>
    <testsuite name="inner" file="a.test.ts">
      <testcase name="times out" classname="inner" time="0.1" file="a.test.ts" line="2" assertions="0">
        <failure type="TimeoutError" message="test timed out" />
      </testcase>
    </testsuite>
  </testsuite>
</testsuites>`;
  expect(parseJunit(text)).toEqual({
    tests: 5,
    skipped: 1,
    failures: ["a.test.ts: a < b", "a.test.ts: times out"],
  });
  expect(parseJunit("")).toEqual({ tests: 0, skipped: 0, failures: [] });
});
