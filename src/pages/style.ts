/** The page's style. Colours that are told apart with any kind of sight (Okabe and Ito), lighter ones on dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #fff; --card: #f6f7f9; --text: #1c1e21; --soft: #5c6470; --rule: #d9dde3; --link: #0b5cad;
  --c0: #0072b2; --c1: #c24e00; --c2: #00805f; --c3: #b0457f; --c4: #8a6a00; --c5: #4f6bd8;
  --good: #00805f; --bad: #b3261e;
  --kwd: #8b2fa8; --str: #1b7a2f; --num: #9a5a00; --func: #0b5cad; --cmnt: #5c6470;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #15171a; --card: #1e2126; --text: #e6e8eb; --soft: #a0a8b3; --rule: #363b43; --link: #7ab8ff;
    --c0: #5cb3ec; --c1: #ff9a5c; --c2: #3fcf9f; --c3: #ee8fc1; --c4: #dcb740; --c5: #9aaeff;
    --good: #3fcf9f; --bad: #ff8a80;
    --kwd: #d79bf0; --str: #7fd88f; --num: #f0b666; --func: #7ab8ff; --cmnt: #a0a8b3;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1360px; padding: 1rem clamp(.75rem, 3vw, 2rem) 4rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: .5rem 0 0; } h2 { font-size: 1.3rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; } h4 { font-size: 1rem; margin: 0 0 .3rem; } small { font-weight: normal; color: var(--soft); }
a { color: var(--link); } p { margin: .3rem 0 .6rem; } .note { color: var(--soft); font-size: .9rem; }
.pair { display: flex; flex-wrap: wrap; gap: 0 3.5rem; } .pair > div { min-width: 0; } .pair h3 { margin-top: .5rem; }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .92rem; overflow-wrap: normal; }
td, th { text-align: left; vertical-align: top; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums; }
th { font-weight: 600; } tbody th { font-weight: 400; color: var(--soft); white-space: nowrap; }
td.short { white-space: nowrap; } td.long { min-width: 18rem; }
td code { white-space: pre-wrap; overflow-wrap: anywhere; }
.pair > .chart { flex: 0 1 460px; align-self: start; }
.grid { display: grid; gap: .9rem; margin: .9rem 0; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
.chart { margin: 0; padding: .7rem .8rem .6rem; background: var(--card); border-radius: 8px; break-inside: avoid; min-width: 0; }
.chart.narrow { max-width: 460px; } figcaption { font-weight: 600; font-size: .92rem; }
svg { display: block; width: 100%; height: auto; }
.axis line { stroke: var(--rule); } .axis text { fill: var(--soft); font-size: 12.5px; }
.series { stroke: var(--c); } .series path { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.series circle { fill: var(--c); stroke: none; } .series path.raw { opacity: .3; stroke-width: 1.1; } .series circle.raw { opacity: .4; }
.dashed path { stroke-dasharray: 5 3; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); } .c5 { --c: var(--c5); }
.bar { fill: var(--c); } .interval { stroke: var(--text); stroke-width: 1.2; } text.value { fill: var(--soft); font-size: 12.5px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: .3rem 0 0; padding: 0; font-size: .82rem; }
.legend b { font-variant-numeric: tabular-nums; }
.key { display: inline-block; width: 1.1em; border-top: 3px solid var(--c); vertical-align: middle; margin-right: .3em; } .dashed .key { border-top-style: dashed; }
.bars { list-style: none; display: flex; gap: 3px; height: 150px; margin: .4rem 0 1.2rem; padding: 0; }
.bars li { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; text-align: center; font-size: .75rem; position: relative; }
.bars span { background: var(--c0); border-radius: 2px 2px 0 0; order: 1; min-height: 1px; } .bars b { font-weight: 400; }
.bars i { position: absolute; top: 100%; left: 0; right: 0; color: var(--soft); font-style: normal; }
article { background: var(--card); border-radius: 8px; border-left: 4px solid var(--rule); padding: .8rem 1rem; margin: .8rem 0; }
article.good { border-color: var(--good); } article.bad { border-color: var(--bad); }
.good .verdict { color: var(--good); } .bad .verdict { color: var(--bad); } .verdict { font-weight: 600; }
pre { background: var(--back); border: 1px solid var(--rule); border-radius: 6px; padding: .6rem .8rem; margin: .4rem 0; font: .85rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 34rem; overflow: auto; }
summary { cursor: pointer; padding: .3rem 0; } .more { color: var(--soft); font-style: italic; }
.t-kwd, .t-oper { color: var(--kwd); } .t-str { color: var(--str); } .t-num, .t-bool, .t-esc { color: var(--num); }
.t-func, .t-class, .t-type { color: var(--func); } .t-cmnt { color: var(--cmnt); font-style: italic; }
@media (max-width: 600px) {
  table { font-size: .84rem; } td, th { padding-right: .55rem; } tbody th { white-space: normal; } td.long { min-width: 12rem; }
}
@media print {
  :root { color-scheme: light; --back: #fff; --card: #fff; --text: #000; --soft: #444; --rule: #bbb; --link: #000;
    --c0: #0072b2; --c1: #c24e00; --c2: #00805f; --c3: #b0457f; --c4: #8a6a00; --c5: #4f6bd8; --good: #00805f; --bad: #b3261e;
    --kwd: #8b2fa8; --str: #1b7a2f; --num: #9a5a00; --func: #0b5cad; --cmnt: #5c6470; }
  body { max-width: none; padding: 0; font-size: 11pt; } pre { max-height: none; } .grid { grid-template-columns: 1fr 1fr; }
  .chart, article { border: 1px solid var(--rule); } h2, h3, h4 { break-after: avoid; }
}
`;
