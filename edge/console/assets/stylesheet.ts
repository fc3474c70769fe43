/** The one stylesheet. Colours are named once for each scheme; every pair of text and ground has a contrast of 4.5 or more. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --raised: #ffffff; --line: #dedad3; --ink: #1d1c1a; --soft: #5f5b55;
  --accent: #1f5f8b; --accent-ink: #ffffff; --good: #256b3a; --bad: #a3271f; --warn: #855200;
  --bad-ground: #fbecea; --good-ground: #e9f4ec; --warn-ground: #fbf2e0; --focus: #1f5f8b;
  --mono: ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16171a; --raised: #1e2024; --line: #363a41; --ink: #e8e6e1; --soft: #a8a59e;
    --accent: #7db8e3; --accent-ink: #10222f; --good: #7fcb95; --bad: #f2988f; --warn: #e3b765;
    --bad-ground: #3a2120; --good-ground: #1b3023; --warn-ground: #352a16; --focus: #9bd0f5;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
body { margin: 0; background: var(--ground); color: var(--ink); font-size: .9375rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.0625rem; margin: 2rem 0 .5rem; }
h3 { font-size: .9375rem; margin: 1.25rem 0 .25rem; }
p { margin: 0 0 .75rem; max-width: 44rem; }
a { color: var(--accent); text-underline-offset: .15em; }
code, .code { font-family: var(--mono); font-size: .875em; overflow-wrap: anywhere; }
pre { font-family: var(--mono); font-size: .8125rem; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 1rem; padding: .75rem 1rem;
  background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: .125rem; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; top: 0; padding: .5rem 1rem; background: var(--raised); z-index: 1; }
.skip:focus { left: 0; }
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem; padding: .625rem 1.5rem;
  border-bottom: 1px solid var(--line); background: var(--raised); }
.brand { font-weight: 650; letter-spacing: .01em; color: var(--ink); text-decoration: none; }
.top nav { flex: 1 1 20rem; }
.top ul { display: flex; flex-wrap: wrap; gap: 0 1.125rem; list-style: none; margin: 0; padding: 0; }
.top nav a { display: inline-block; padding: .25rem 0; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; }
.top nav a:hover { color: var(--ink); }
.top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
.who { display: flex; gap: .75rem; align-items: baseline; margin: 0; color: var(--soft); font-size: .875rem; }
.who span { max-width: 16rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
main { padding: 1.5rem; max-width: 80rem; margin: 0 auto; }
.hint, .soft { color: var(--soft); font-size: .8125rem; }
.narrow { max-width: 26rem; }
.field { display: flex; flex-direction: column; gap: .25rem; margin: 0 0 1rem; min-width: 0; max-width: min(44rem, 100%); }
.field label, legend { font-weight: 600; }
input, select, textarea { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--soft); border-radius: .25rem;
  padding: .375rem .5rem; max-width: 100%; min-height: 2.25rem; }
textarea, input.code { font-family: var(--mono); font-size: .8125rem; }
button { font: inherit; font-weight: 600; cursor: pointer; min-height: 2.25rem; padding: .375rem .875rem; border-radius: .25rem;
  border: 1px solid var(--accent); background: var(--accent); color: var(--accent-ink); }
button.quiet { min-height: 0; background: none; color: var(--accent); border-color: transparent; padding: .125rem .25rem; font-weight: 400; text-decoration: underline;
  text-underline-offset: .15em; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: 0 0 1rem; }
.filters .field { margin: 0; }
.pair { display: flex; gap: 0 1rem; max-width: 44rem; }
.pair > :first-child { flex: 1 1 auto; } .pair > :last-child { flex: none; }
.notice { padding: .625rem .875rem; border-left: 3px solid var(--soft); background: var(--raised); max-width: 44rem; margin: 0 0 1rem; }
.notice.wrong { border-color: var(--bad); background: var(--bad-ground); }
.notice.fine { border-color: var(--good); background: var(--good-ground); }
.notice.warn { border-color: var(--warn); background: var(--warn-ground); }
.notice :last-child { margin-bottom: 0; }
.scroll { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .8125rem; padding: 0 0 .375rem; }
th { text-align: left; font-weight: 600; font-size: .8125rem; color: var(--soft); white-space: nowrap; }
th, td { padding: .375rem 1.25rem .375rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.time { white-space: nowrap; }
td.text { min-width: 12rem; overflow-wrap: anywhere; }
tbody th { color: inherit; font-size: inherit; }
tr > :first-child.number { text-align: left; }
tbody th.text { white-space: normal; min-width: 8rem; }
tbody th.time { font-weight: inherit; }
:is(th, td):not(.text) > code { overflow-wrap: normal; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 6%, transparent); }
dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.5rem; margin: 0 0 1rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.state { white-space: nowrap; }
.state::before { content: ""; display: inline-block; width: .5rem; height: .5rem; border-radius: 50%; margin-right: .4rem; background: var(--soft); }
.state.good::before { background: var(--good); } .state.good { color: var(--good); }
.state.bad::before { background: var(--bad); } .state.bad { color: var(--bad); }
.state.warn::before { background: var(--warn); } .state.warn { color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.tile { background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; padding: .75rem 1rem; min-width: 0; margin: 0; }
.tile h2, .tile h3, .tile figcaption { margin: 0; font-size: .8125rem; font-weight: 600; color: var(--soft); }
.tile .figure { font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums; margin: 0; }
.tile .hint { margin: .25rem 0 0; }
.chart { display: block; width: 100%; height: auto; }
.chart .line { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.chart .area { fill: var(--accent); opacity: .12; }
.chart .bar { fill: var(--accent); }
.chart .axis { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.chart text { fill: var(--soft); font-size: 11px; }
.bars { max-width: 44rem; }
.ladder-svg { display: block; max-width: none; font-family: var(--mono); font-size: 12px; }
.ladder-svg text { fill: var(--ink); }
.ladder-svg .head { font-weight: 600; }
.ladder-svg .time { fill: var(--soft); font-size: 11px; }
.ladder-svg .remark { fill: var(--warn); }
.ladder-svg .lane { stroke: var(--line); stroke-dasharray: 2 4; }
.ladder-svg .arrow, .ladder-svg .sound { --tone: var(--soft); }
.ladder-svg .request { --tone: var(--accent); } .ladder-svg .progress { --tone: var(--warn); }
.ladder-svg .success { --tone: var(--good); } .ladder-svg .failure { --tone: var(--bad); }
.ladder-svg .arrow :is(line, path), .ladder-svg .sound :is(line, path) { stroke: var(--tone); stroke-width: 1.5; fill: none; }
.ladder-svg .arrow text { fill: var(--tone); } .ladder-svg .sound text { fill: var(--soft); }
.ladder-svg .sound line { stroke-width: 3; stroke-dasharray: 3 3; }
details { margin: 0 0 .25rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
/* The summary says it to the eye. */
details caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
details[open] > summary { margin-bottom: .375rem; }
.pager { display: flex; gap: 1.5rem; margin: 1rem 0; }
@media (max-width: 40rem) {
  .top { padding: .625rem 1rem; } main { padding: 1rem; }
  .top nav { flex-basis: 100%; order: 3; }
  .who { margin-left: auto; } .who span { max-width: 9rem; }
  .chart text { font-size: 22px; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
}
@media (prefers-reduced-motion: no-preference) { a, button { transition: color .1s, background-color .1s; } }
`;
